//! The other end of the session: AS 12076, which announces what it is told (RFC 4271, 4760, 6793, 8092).

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use pairlint_eval::Route;
use pairlint_model::bgp::{AsPathSegment, Community, IpNet, Origin};

pub const ADDRESS: &str = "127.0.0.2";
pub const ASN: u32 = 12076;
const PATIENCE: Duration = Duration::from_secs(60);

const OPEN: u8 = 1;
const UPDATE: u8 = 2;
const NOTIFICATION: u8 = 3;
const KEEPALIVE: u8 = 4;

/// Waits for the daemon to call, so that the daemon needs no port of its own.
pub struct Speaker(TcpListener);

impl Speaker {
    pub fn listen() -> io::Result<Speaker> {
        let listener = TcpListener::bind((ADDRESS, 0))?;
        listener.set_nonblocking(true)?;
        Ok(Speaker(listener))
    }

    pub fn port(&self) -> io::Result<u16> {
        self.0.local_addr().map(|address: SocketAddr| address.port())
    }

    /// Takes the daemon's call and opens the session. A daemon that is still starting may hang up and call again.
    pub fn establish(self) -> io::Result<Session> {
        let end = Instant::now() + PATIENCE;
        loop {
            match self.0.accept().and_then(|(stream, _)| Session::open(stream)) {
                Ok(session) => return Ok(session),
                Err(error) if Instant::now() > end => return Err(error),
                Err(_) => thread::sleep(Duration::from_millis(10)),
            }
        }
    }
}

/// An established session. The hold time is 0, so nobody needs to be kept alive (RFC 4271, 4.2).
pub struct Session {
    stream: TcpStream,
    /// Messages so far; the daemon counts what it has processed.
    pub sent: u64,
    announced: Vec<IpNet>,
}

impl Session {
    fn open(stream: TcpStream) -> io::Result<Session> {
        stream.set_nonblocking(false)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let mut session = Session {
            stream,
            sent: 0,
            announced: Vec::new(),
        };
        session.send(&open())?;
        session.expect(OPEN)?;
        session.send(&message(KEEPALIVE, &[]))?;
        session.expect(KEEPALIVE)?;
        Ok(session)
    }

    /// Withdraws what was announced before, and announces these.
    pub fn announce(&mut self, routes: &[Route]) -> io::Result<()> {
        let mut updates: Vec<Vec<u8>> = self
            .announced
            .drain(..)
            .map(|prefix| withdrawal(&prefix))
            .collect();
        updates.extend(routes.iter().map(announcement));
        self.announced = routes.iter().map(|route| route.prefix).collect();
        self.sent += updates.len() as u64;
        self.stream.write_all(&updates.concat())
    }

    fn send(&mut self, message: &[u8]) -> io::Result<()> {
        self.sent += 1;
        self.stream.write_all(message)
    }

    fn expect(&mut self, wanted: u8) -> io::Result<()> {
        let mut header = [0; 19];
        self.stream.read_exact(&mut header)?;
        let mut body = vec![0; usize::from(u16::from_be_bytes([header[16], header[17]])).saturating_sub(19)];
        self.stream.read_exact(&mut body)?;
        match header[18] {
            kind if kind == wanted => Ok(()),
            NOTIFICATION => Err(io::Error::other(format!("bgpd refuses the session: {body:?}"))),
            kind => Err(io::Error::other(format!("bgpd sends a message of kind {kind}"))),
        }
    }
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut message = vec![0xff; 16];
    message.extend((19 + body.len() as u16).to_be_bytes());
    message.push(kind);
    message.extend(body);
    message
}

fn open() -> Vec<u8> {
    let mut capabilities = Vec::new();
    // IPv4 and IPv6 unicast, route refresh, four-octet AS numbers.
    for family in [1, 2] {
        capabilities.extend([1, 4, 0, family, 0, 1]);
    }
    capabilities.extend([2, 0, 65, 4]);
    capabilities.extend(ASN.to_be_bytes());
    let mut body = vec![4];
    body.extend((ASN as u16).to_be_bytes());
    body.extend([0, 0, 192, 0, 2, 2]);
    body.extend([capabilities.len() as u8 + 2, 2, capabilities.len() as u8]);
    body.extend(capabilities);
    message(OPEN, &body)
}

fn attribute(flags: u8, kind: u8, value: &[u8]) -> Vec<u8> {
    // With the two-octet length throughout.
    let mut attribute = vec![flags | 0x10, kind];
    attribute.extend((value.len() as u16).to_be_bytes());
    attribute.extend(value);
    attribute
}

fn reachability(prefix: &IpNet) -> Vec<u8> {
    let octets = match prefix {
        IpNet::V4(net) => net.network().octets().to_vec(),
        IpNet::V6(net) => net.network().octets().to_vec(),
    };
    let mut nlri = vec![prefix.prefix_len()];
    nlri.extend(&octets[..usize::from(prefix.prefix_len().div_ceil(8))]);
    nlri
}

fn update(withdrawn: &[u8], attributes: &[u8], announced: &[u8]) -> Vec<u8> {
    let mut body = (withdrawn.len() as u16).to_be_bytes().to_vec();
    body.extend(withdrawn);
    body.extend((attributes.len() as u16).to_be_bytes());
    body.extend(attributes);
    body.extend(announced);
    message(UPDATE, &body)
}

fn withdrawal(prefix: &IpNet) -> Vec<u8> {
    let nlri = reachability(prefix);
    match prefix {
        IpNet::V4(_) => update(&nlri, &[], &[]),
        IpNet::V6(_) => update(
            &[],
            &attribute(0x80, 15, &[&[0, 2, 1], nlri.as_slice()].concat()),
            &[],
        ),
    }
}

fn announcement(route: &Route) -> Vec<u8> {
    let nlri = reachability(&route.prefix);
    let origin = match route.origin {
        Some(Origin::Egp) => 1,
        Some(Origin::Incomplete) => 2,
        Some(Origin::Igp) | None => 0,
    };
    let mut attributes = attribute(0x40, 1, &[origin]);
    let mut path = vec![2, route.as_path.len() as u8];
    for segment in &route.as_path.0 {
        let AsPathSegment::As(asn) = segment else { continue };
        path.extend(asn.0.to_be_bytes());
    }
    attributes.extend(attribute(0x40, 2, &path));
    if route.prefix.addr().is_ipv4() {
        attributes.extend(attribute(0x40, 3, &[192, 0, 2, 77]));
    }
    if let Some(med) = route.med.filter(|&med| med != 0) {
        attributes.extend(attribute(0x80, 4, &med.to_be_bytes()));
    }
    let octets = |community: &Community| community.packed().to_be_bytes();
    if !route.communities.is_empty() {
        let value: Vec<u8> = route.communities.iter().flat_map(octets).collect();
        attributes.extend(attribute(0xc0, 8, &value));
    }
    if !route.large_communities.is_empty() {
        let parts = route
            .large_communities
            .iter()
            .flat_map(|large| [large.0, large.1, large.2]);
        attributes.extend(attribute(
            0xc0,
            32,
            &parts.flat_map(u32::to_be_bytes).collect::<Vec<u8>>(),
        ));
    }
    if route.prefix.addr().is_ipv4() {
        return update(&[], &attributes, &nlri);
    }
    let mut reach = vec![0, 2, 1, 16];
    reach.extend([
        0x20, 0x01, 0x0d, 0xb8, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x77,
    ]);
    reach.push(0);
    reach.extend(nlri);
    attributes.extend(attribute(0x80, 14, &reach));
    update(&[], &attributes, &[])
}
