//! Azure resource ids: `/subscriptions/S/resourceGroups/G/providers/Microsoft.Network/routeFilters/F`.

/// The parts of an id that tell what it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ResourceId<'t> {
    /// In lower case, with the provider: `microsoft.network/routefilters/routefilterrules`.
    pub kind: String,
    /// The id of the resource that holds this one; the resource group for a resource of its own.
    pub parent: &'t str,
}

impl<'t> ResourceId<'t> {
    /// Reads an id. Case, empty segments (`/subscriptions//resourceGroups//…`, as the list of service
    /// communities has them) and a slash at the end do not matter.
    pub(super) fn parse(text: &'t str) -> Option<ResourceId<'t>> {
        const PROVIDERS: &str = "/providers/";
        let text = text.trim().trim_end_matches('/');
        // The last one counts: extension resources hang below a whole id of another resource.
        let at = rfind_ignoring_case(text, PROVIDERS)?;
        let mut segments = text.get(at + PROVIDERS.len()..)?.split('/');
        let mut kind = segments
            .next()
            .filter(|namespace| !namespace.is_empty())?
            .to_ascii_lowercase();
        let mut names = 0;
        while let (Some(part), Some(_)) = (segments.next(), segments.next()) {
            kind.push('/');
            kind.push_str(&part.to_ascii_lowercase());
            names += 1;
        }
        if names == 0 {
            return None;
        }
        // Two segments up: the type and the name.
        let parent = text
            .rsplit_once('/')
            .and_then(|(type_of, _)| type_of.rsplit_once('/'))
            .map_or("", |(rest, _)| rest);
        Some(ResourceId { kind, parent })
    }
}

/// The text that two spellings of one id share.
pub(super) fn canonical(id: &str) -> String {
    id.trim().trim_end_matches('/').to_ascii_lowercase()
}

fn rfind_ignoring_case(text: &str, lower_case: &str) -> Option<usize> {
    let window = lower_case.len();
    (0..=text.len().checked_sub(window)?).rev().find(|&at| {
        text.get(at..at + window)
            .is_some_and(|part| part.eq_ignore_ascii_case(lower_case))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_names_a_type_and_a_parent() {
        check(
            "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Network/routeFilters/rf",
            "microsoft.network/routefilters",
            "/subscriptions/0/resourceGroups/rg/providers/Microsoft.Network",
        );
        check(
            "/subscriptions/0/resourcegroups/rg/providers/microsoft.network/routefilters/rf/routefilterrules/r/",
            "microsoft.network/routefilters/routefilterrules",
            "/subscriptions/0/resourcegroups/rg/providers/microsoft.network/routefilters/rf",
        );
        check(
            "/subscriptions//resourceGroups//providers/Microsoft.Network/bgpServiceCommunities/Skype",
            "microsoft.network/bgpservicecommunities",
            "/subscriptions//resourceGroups//providers/Microsoft.Network",
        );
    }

    #[test]
    fn what_names_no_resource_is_no_id() {
        for text in [
            "",
            "/",
            "rf",
            "/providers/",
            "/providers/Microsoft.Network",
            "/providers/Microsoft.Network/routeFilters",
            "é/providers/é",
        ] {
            assert_eq!(ResourceId::parse(text), None, "{text}");
        }
    }

    #[track_caller]
    fn check(text: &str, kind: &str, parent: &str) {
        assert_eq!(
            ResourceId::parse(text),
            Some(ResourceId {
                kind: kind.to_owned(),
                parent
            })
        );
    }
}
