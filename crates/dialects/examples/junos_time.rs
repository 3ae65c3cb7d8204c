#![allow(clippy::print_stdout)]
use pairlint_model::source::*;
fn main() {
    for p in std::env::args().skip(1) {
        let t = String::from_utf8_lossy(&std::fs::read(&p).unwrap()).into_owned();
        let s = Source::new(SourceId(0), p.clone(), t);
        let d = pairlint_dialects::named("juniper-junos").unwrap();
        let a = std::time::Instant::now();
        let y = (d.detect)(&s);
        let b = a.elapsed();
        let n = (d.parse)(&s);
        println!(
            "{p} detect {y} {b:?} parse {:?} unread {} policies {} neighbors {}",
            a.elapsed(),
            n.devices.iter().map(|d| d.unread.len()).sum::<usize>(),
            n.devices.iter().map(|d| d.policies.len()).sum::<usize>(),
            n.devices.iter().map(|d| d.neighbors.len()).sum::<usize>()
        );
    }
}
