//! Functions of networks: `parseCidr`, `cidrSubnet`, `cidrHost` ("CIDR functions").

use ipnet::IpNet;
use pairlint_model::source::Span;

use super::collections::object_of;
use super::value::{Kind, Object, Value};
use crate::subnets;

/// `None` where the function is another, or its arguments are not what it takes.
pub(super) fn plain<'a>(name: &str, args: &[Value<'a>], span: Span) -> Option<Value<'a>> {
    if !matches!(name, "parsecidr" | "cidrsubnet" | "cidrhost") {
        return None;
    }
    let net: IpNet = args.first()?.as_text()?.parse().ok()?;
    let net = net.trunc();
    let number = |at: usize| match args.get(at)?.kind {
        Kind::Int(number) => u128::try_from(number).ok(),
        _ => None,
    };
    match name {
        "parsecidr" => parts(net, span),
        "cidrsubnet" => {
            let length = u8::try_from(number(1)?).ok()?;
            let subnet = subnets::subnet(net, length, number(2)?)?;
            Some(Value::text(subnet.to_string(), span))
        }
        _ => {
            // Number 0 is the first that a host may have.
            let host = subnets::host(net, number(1)?.checked_add(1)?)?;
            Some(Value::text(host.to_string(), span))
        }
    }
}

fn parts<'a>(net: IpNet, span: Span) -> Option<Value<'a>> {
    // What may be used of the smallest networks is not documented.
    if net.max_prefix_len() - net.prefix_len() < 2 {
        return None;
    }
    let text = |text: String| Value::text(text, span);
    let length = Value::new(Kind::Int(i64::from(net.prefix_len())), span);
    let common = object_of(
        [
            ("network", text(net.network().to_string())),
            ("netmask", text(net.netmask().to_string())),
        ],
        span,
    );
    let mut object = Object::clone(common.as_object()?);
    let usable = match net {
        IpNet::V4(_) => {
            object.set("broadcast".into(), text(net.broadcast().to_string()));
            [subnets::host(net, 1)?, subnets::host_from_end(net, 2)?]
        }
        IpNet::V6(_) => [net.network(), net.broadcast()],
    };
    let [first, last] = usable.map(|address| text(address.to_string()));
    object.set("firstUsable".into(), first);
    object.set("lastUsable".into(), last);
    object.set("cidr".into(), length);
    Some(Value::object(object, span))
}
