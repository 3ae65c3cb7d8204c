//! Functions on addresses and networks ("IP Network Functions").

use std::net::IpAddr;

use ipnet::IpNet;

use super::functions::Call;
use super::value::Value;

/// Those that refuse what they cannot take.
pub(super) const NAMES: &[&str] = &["cidrhost", "cidrnetmask", "cidrsubnet", "cidrsubnets"];

/// Returns the value of a call; `None` where the arguments do not fit, or the function is another.
pub(super) fn call<'a>(call: &Call<'_, 'a>) -> Option<Value<'a>> {
    if !NAMES.contains(&call.name) {
        return None;
    }
    let net: IpNet = call.text(0)?.parse().ok()?;
    let net = net.trunc();
    match call.name {
        "cidrhost" => host(call, net),
        "cidrnetmask" => match net {
            IpNet::V4(net) => call.of_text(net.netmask().to_string()),
            // It has no form for IPv6.
            IpNet::V6(_) => call.fail("an IPv6 prefix has no mask"),
        },
        "cidrsubnet" => {
            let (more, number) = (whole(call, 1)?, whole(call, 2)?);
            let (more, number) = (u8::try_from(more).ok()?, u128::try_from(number).ok()?);
            let Some(length) = longer(net, more) else {
                return call.fail("the prefix has not as many bits");
            };
            if more < 127 && number >> more > 0 {
                return call.fail("there is no such subnet");
            }
            let made = from_bits(net, bits(net) | shifted(net, number, length), length)?;
            Some(Value::text(call.get(0)?.span, made.to_string()))
        }
        _ => subnets(call, net),
    }
}

/// A whole number.
fn whole(call: &Call<'_, '_>, at: usize) -> Option<i64> {
    let number = call.number(at)?;
    (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64)
}

fn width(net: IpNet) -> u8 {
    net.max_prefix_len()
}

fn longer(net: IpNet, more: u8) -> Option<u8> {
    let length = net.prefix_len().checked_add(more)?;
    (length <= width(net)).then_some(length)
}

fn bits(net: IpNet) -> u128 {
    match net.network() {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    }
}

/// The bits of a subnet's number, where they stand in an address.
fn shifted(net: IpNet, number: u128, length: u8) -> u128 {
    number.checked_shl(u32::from(width(net) - length)).unwrap_or(0)
}

fn from_bits(like: IpNet, bits: u128, length: u8) -> Option<IpNet> {
    let address = match like {
        IpNet::V4(_) => IpAddr::V4(u32::try_from(bits).ok()?.into()),
        IpNet::V6(_) => IpAddr::V6(bits.into()),
    };
    IpNet::new(address, length).ok()
}

/// `cidrhost(prefix, number)`; a negative number counts from the end.
fn host<'a>(call: &Call<'_, 'a>, net: IpNet) -> Option<Value<'a>> {
    let number = whole(call, 1)?;
    let free = u32::from(width(net) - net.prefix_len());
    let hosts = 1_u128.checked_shl(free);
    let magnitude = u128::from(number.unsigned_abs());
    let number = match (number < 0, hosts) {
        (false, _) => magnitude,
        (true, Some(hosts)) if magnitude <= hosts => hosts - magnitude,
        (true, None) => u128::MAX - magnitude + 1,
        _ => return call.fail("there is no such host"),
    };
    if hosts.is_some_and(|hosts| number >= hosts) {
        return call.fail("there is no such host");
    }
    let made = from_bits(net, bits(net) | number, width(net))?;
    call.of_text(made.addr().to_string())
}

/// `cidrsubnets(prefix, more, …)`: one after the other, each at its own boundary.
fn subnets<'a>(call: &Call<'_, 'a>, net: IpNet) -> Option<Value<'a>> {
    let end = bits(net).checked_add(1_u128.checked_shl(u32::from(width(net) - net.prefix_len()))?)?;
    let mut next = bits(net);
    let mut made = Vec::new();
    for at in 1..call.arguments.len() {
        let more = u8::try_from(whole(call, at)?).ok().filter(|more| *more > 0)?;
        let Some(length) = longer(net, more) else {
            return call.fail("the prefix has not as many bits");
        };
        let size = 1_u128.checked_shl(u32::from(width(net) - length))?;
        let start = next.div_ceil(size).checked_mul(size)?;
        if start >= end {
            return call.fail("the prefix has not as many addresses");
        }
        next = start.checked_add(size)?;
        let subnet = from_bits(net, start, length)?;
        made.push(Value::text(call.get(0)?.span, subnet.to_string()));
    }
    call.list(made)
}
