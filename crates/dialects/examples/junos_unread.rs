#![allow(clippy::print_stdout)]
use pairlint_model::source::*;
fn walk(p: &std::path::Path, f: &mut Vec<std::path::PathBuf>) {
    match std::fs::read_dir(p) {
        Ok(e) => e.flatten().for_each(|e| walk(&e.path(), f)),
        Err(_) => f.push(p.to_owned()),
    }
}
fn main() {
    let mut f = vec![];
    for a in std::env::args().skip(1) {
        walk(a.as_ref(), &mut f)
    }
    for p in f {
        let t = String::from_utf8_lossy(&std::fs::read(&p).unwrap()).into_owned();
        let s = Source::new(SourceId(0), p.to_string_lossy(), t);
        let n = (pairlint_dialects::named("juniper-junos").unwrap().parse)(&s);
        for d in n.devices {
            for u in d.unread {
                println!(
                    "{} {:?} {}",
                    p.file_name().unwrap().to_string_lossy(),
                    u.owner,
                    s.slice(u.span)
                );
            }
            for u in d.refused {
                println!(
                    "REFUSED {} {:?} {}",
                    p.file_name().unwrap().to_string_lossy(),
                    u.owner,
                    s.slice(u.span)
                );
            }
        }
        for r in n.remarks {
            println!("REMARK {} {:?}", s.name, r.kind)
        }
    }
}
