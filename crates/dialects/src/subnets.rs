//! Parts of networks by their number: what functions of configurations count out.

use std::net::IpAddr;

use ipnet::IpNet;

/// The first address as a number.
fn bits(net: IpNet) -> u128 {
    match net.network() {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    }
}

fn made(like: IpNet, bits: u128, length: u8) -> Option<IpNet> {
    let address = match like {
        IpNet::V4(_) => IpAddr::V4(u32::try_from(bits).ok()?.into()),
        IpNet::V6(_) => IpAddr::V6(bits.into()),
    };
    IpNet::new(address, length).ok()
}

/// How many addresses a network of that length has; `None` for all of IPv6.
fn size(like: IpNet, length: u8) -> Option<u128> {
    1_u128.checked_shl(u32::from(like.max_prefix_len().checked_sub(length)?))
}

/// The address of that number, counted from the first.
pub(crate) fn host(net: IpNet, number: u128) -> Option<IpAddr> {
    if size(net, net.prefix_len()).is_some_and(|size| number >= size) {
        return None;
    }
    let address = made(net, bits(net).checked_add(number)?, net.max_prefix_len())?;
    Some(address.addr())
}

/// The address of that number, counted from the last, which is number 1.
pub(crate) fn host_from_end(net: IpNet, number: u128) -> Option<IpAddr> {
    match size(net, net.prefix_len()) {
        Some(size) => host(net, size.checked_sub(number)?),
        None => host(net, u128::MAX.checked_sub(number.checked_sub(1)?)?),
    }
}

/// The subnet of that length and number.
pub(crate) fn subnet(net: IpNet, length: u8, number: u128) -> Option<IpNet> {
    let more = length.checked_sub(net.prefix_len())?;
    let subnets = 1_u128.checked_shl(u32::from(more));
    if length > net.max_prefix_len() || subnets.is_some_and(|subnets| number >= subnets) {
        return None;
    }
    let offset = match size(net, length) {
        Some(size) => number.checked_mul(size)?,
        None => 0,
    };
    made(net, bits(net).checked_add(offset)?, length)
}

/// The first subnet of that length behind the addresses that are taken: as many from the start of the network. Also
/// how many are taken then.
pub(crate) fn next_subnet(net: IpNet, length: u8, taken: u128) -> Option<(IpNet, u128)> {
    let size = size(net, length)?;
    let number = taken.div_ceil(size);
    Some((
        subnet(net, length, number)?,
        number.checked_add(1)?.checked_mul(size)?,
    ))
}
