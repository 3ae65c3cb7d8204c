//! The Azure clouds that the tables know.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// An Azure cloud with ExpressRoute of its own; no circuit connects two of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cloud {
    Public,
    /// Azure Government: GCC, GCC High and DoD.
    UsGov,
    /// Azure China, operated by 21Vianet.
    China,
}

impl Cloud {
    pub const ALL: [Cloud; 3] = [Cloud::Public, Cloud::UsGov, Cloud::China];

    pub const fn name(self) -> &'static str {
        match self {
            Cloud::Public => "public",
            Cloud::UsGov => "usgov",
            Cloud::China => "china",
        }
    }

    /// Reads the `cloud` of a service-tags file: `Public`, `AzureGovernment`, `China`, and the names that
    /// the tools of Azure give these clouds (`AzureCloud`, `AzureUSGovernment`, `AzureChinaCloud`).
    pub(super) fn of_service_tags(text: &str) -> Option<Cloud> {
        match super::spelling::key(text).as_str() {
            "public" | "azure" | "azurecloud" | "azurepublic" => Some(Cloud::Public),
            "azuregovernment" | "azureusgovernment" | "usgov" | "usgovernment" => Some(Cloud::UsGov),
            "china" | "azurechina" | "azurechinacloud" => Some(Cloud::China),
            _ => None,
        }
    }

    pub(super) const fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for Cloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text is none of `public`, `usgov` and `china`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotACloud;

impl fmt::Display for NotACloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a cloud: public, usgov or china")
    }
}

impl std::error::Error for NotACloud {}

impl FromStr for Cloud {
    type Err = NotACloud;

    fn from_str(text: &str) -> Result<Cloud, NotACloud> {
        Cloud::ALL
            .into_iter()
            .find(|cloud| cloud.name() == text)
            .ok_or(NotACloud)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clouds_round_trip() {
        for cloud in Cloud::ALL {
            assert_eq!(cloud.to_string().parse(), Ok(cloud));
        }
        assert_eq!("Public".parse::<Cloud>(), Err(NotACloud));
    }

    #[test]
    fn service_tag_files_name_their_cloud() {
        for (text, cloud) in [
            ("Public", Cloud::Public),
            ("AzureGovernment", Cloud::UsGov),
            ("China", Cloud::China),
        ] {
            assert_eq!(Cloud::of_service_tags(text), Some(cloud));
        }
        assert_eq!(Cloud::of_service_tags("AzureGermany"), None);
    }
}
