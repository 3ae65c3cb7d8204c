//! Functions on addresses and networks ("IP Network Functions").

use ipnet::IpNet;

use super::functions::Call;
use super::value::Value;
use crate::subnets;

/// Those that refuse what they cannot take.
pub(super) const NAMES: &[&str] = &["cidrhost", "cidrnetmask", "cidrsubnet", "cidrsubnets"];

/// Returns the value of a call; `None` where the arguments do not fit, or the function is another.
pub(super) fn call<'a>(call: &Call<'_, 'a>) -> Option<Value<'a>> {
    if !NAMES.contains(&call.name) {
        return None;
    }
    let net: IpNet = call.text(0)?.parse().ok()?;
    let net = net.trunc();
    let place = call.get(0)?.span;
    match call.name {
        "cidrhost" => {
            let number = whole(call, 1)?;
            let magnitude = u128::from(number.unsigned_abs());
            // A negative number counts from the end.
            let host = match number < 0 {
                true => subnets::host_from_end(net, magnitude),
                false => subnets::host(net, magnitude),
            };
            match host {
                Some(host) => call.of_text(host.to_string()),
                None => call.fail("there is no such host"),
            }
        }
        "cidrnetmask" => match net {
            IpNet::V4(net) => call.of_text(net.netmask().to_string()),
            // It has no form for IPv6.
            IpNet::V6(_) => call.fail("an IPv6 prefix has no mask"),
        },
        "cidrsubnet" => {
            let (length, number) = (longer(call, net, 1)?, whole(call, 2)?);
            match subnets::subnet(net, length, u128::try_from(number).ok()?) {
                Some(subnet) => Some(Value::text(place, subnet.to_string())),
                None => call.fail("there is no such subnet"),
            }
        }
        _ => {
            // One after the other, each at its own boundary.
            let (mut taken, mut made) = (0, Vec::new());
            for at in 1..call.arguments.len() {
                let length = longer(call, net, at)?;
                let Some((subnet, now)) = subnets::next_subnet(net, length, taken) else {
                    return call.fail("the prefix has not as many addresses");
                };
                taken = now;
                made.push(Value::text(place, subnet.to_string()));
            }
            call.list(made)
        }
    }
}

/// A whole number.
fn whole(call: &Call<'_, '_>, at: usize) -> Option<i64> {
    let number = call.number(at)?;
    (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
}

/// The length of the network with so many bits more.
fn longer(call: &Call<'_, '_>, net: IpNet, at: usize) -> Option<u8> {
    net.prefix_len().checked_add(u8::try_from(whole(call, at)?).ok()?)
}
