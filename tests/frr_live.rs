//! Real FRR as a judge: random policies and routes, decided by a `bgpd` and by pairlint. Where there is no `bgpd`
//! nothing runs, and the output says so. How to run more, and against another version: `docs/testing-frr.md`.

#![allow(
    clippy::print_stderr,
    reason = "the seeds and counts are for the person who runs it"
)]

#[path = "frr_live/compare.rs"]
mod compare;
#[path = "frr_live/daemon.rs"]
mod daemon;
#[path = "frr_live/entries.rs"]
mod entries;
#[path = "frr_live/lists.rs"]
mod lists;
#[path = "frr_live/policies.rs"]
mod policies;
#[path = "frr_live/random.rs"]
mod random;
#[path = "frr_live/router.rs"]
mod router;
#[path = "frr_live/speaker.rs"]
mod speaker;
#[path = "frr_live/vty.rs"]
mod vty;

use std::env;
use std::io;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use compare::{Counts, Difference};
use daemon::Bgpd;
use pairlint_eval::Route;
use policies::Policy;
use random::Random;
use router::Router;

/// What every `cargo test` tries; `PAIRLINT_FRR_POLICIES` asks for more.
const POLICIES: usize = 300;
const ROUTES: usize = 100;
/// Policies that see the same routes.
const BATCH: usize = 10;
/// Policies that one daemon sees, so that no daemon lives long.
const LIFE: usize = 500;
/// Differences that are shrunk and printed.
const SHOWN: usize = 5;
/// The same policies in every run.
const FIXED_SEED: u64 = 20_261_127;

#[test]
fn real_frr_agrees_on_the_fixed_seed() {
    run("fixed seed", FIXED_SEED);
}

#[test]
fn real_frr_agrees_on_the_seed_of_the_day() {
    run("seed of the day", seed_of_the_day());
}

/// `PAIRLINT_FRR_SEED`, else the day's number.
fn seed_of_the_day() -> u64 {
    let number = |name: &str| env::var(name).ok()?.parse::<u64>().ok();
    number("PAIRLINT_FRR_SEED").unwrap_or_else(|| {
        let now = || {
            SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |time| time.as_secs())
        };
        number("SOURCE_DATE_EPOCH").unwrap_or_else(now) / 86_400
    })
}

fn run(what: &str, seed: u64) {
    let bgpd = match Bgpd::find() {
        Ok(bgpd) => bgpd,
        Err(reason) => {
            eprintln!("no FRR to compare with: {reason}; 0 policies ran");
            return;
        }
    };
    let policies = env::var("PAIRLINT_FRR_POLICIES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(POLICIES);
    let begin = Instant::now();
    let mut trial = Trial::new(bgpd, seed);
    for _ in 0..policies {
        trial.step();
    }
    let Trial {
        bgpd,
        counts,
        crashes,
        differences,
        ..
    } = trial;
    eprintln!(
        "FRR {}, {what} {seed}: {policies} policies, {counts:?}, {crashes} crashes of bgpd, {differences} differences, {:.1} s",
        bgpd.version,
        begin.elapsed().as_secs_f32()
    );
    assert!(
        counts.unsure * 30 <= counts.pairs && counts.confused * 100 <= policies && crashes * 1000 <= policies,
        "too little was compared"
    );
    assert_eq!(
        differences, 0,
        "FRR {} and pairlint differ (seed {seed})",
        bgpd.version
    );
}

struct Trial {
    bgpd: Bgpd,
    router: Router,
    random: Random,
    routes: Vec<Route>,
    seed: u64,
    at: usize,
    counts: Counts,
    crashes: usize,
    differences: usize,
}

impl Trial {
    fn new(bgpd: Bgpd, seed: u64) -> Trial {
        Trial {
            router: Router::start(&bgpd).expect("bgpd starts"),
            bgpd,
            random: Random::new(seed),
            routes: Vec::new(),
            seed,
            at: 0,
            counts: Counts::default(),
            crashes: 0,
            differences: 0,
        }
    }

    /// Tries the next policy.
    fn step(&mut self) {
        if self.at.is_multiple_of(BATCH) {
            self.routes = random::routes(&mut self.random, ROUTES);
            match self.at > 0 && self.at.is_multiple_of(LIFE) {
                true => self.restart(),
                false => self
                    .router
                    .announce(&self.routes)
                    .expect("bgpd reads its session"),
            }
        }
        let policy = policies::policy(&mut self.random);
        let mut counts = self.counts;
        match self.differs(&policy, &mut counts) {
            Ok(None) => {}
            Ok(Some(difference)) => {
                self.differences += 1;
                if self.differences <= SHOWN {
                    self.show(policy, difference);
                }
            }
            Err(error) => {
                eprintln!(
                    "seed {}, policy {}: {error}\n{}",
                    self.seed,
                    self.at,
                    policy.text()
                );
                self.crashes += 1;
                self.restart();
            }
        }
        self.counts = counts;
        self.at += 1;
    }

    fn differs(&mut self, policy: &Policy, counts: &mut Counts) -> io::Result<Option<Difference>> {
        let outcome = self.router.import(policy)?;
        Ok(compare::compare(
            &self.bgpd.version,
            policy,
            &self.routes,
            &outcome,
            counts,
        ))
    }

    fn restart(&mut self) {
        self.router = Router::start(&self.bgpd).expect("bgpd starts");
        self.router
            .announce(&self.routes)
            .expect("bgpd reads its session");
    }

    /// Shrinks a difference, asks a fresh daemon about what is left, and prints it.
    fn show(&mut self, policy: Policy, difference: Difference) {
        let mut case = (policy, difference);
        let mut again = true;
        while again {
            let less = case.0.without_session();
            again = !case.0.session.is_empty() && self.still(&mut case, less);
            // Backwards, so that the places before stay what they are.
            for at in (0..case.0.sections.len()).rev() {
                let less = case.0.without_section(at);
                if self.still(&mut case, less) {
                    again = true;
                    continue;
                }
                for line in (0..case.0.sections[at].lines.len()).rev() {
                    let less = case.0.without_line(at, line);
                    again |= self.still(&mut case, less);
                }
            }
        }
        self.restart();
        let (policy, difference) = case;
        let repeats = matches!(self.differs(&policy, &mut Counts::default()), Ok(Some(_)));
        eprintln!(
            "\n==== FRR {} and pairlint differ{}: seed {}, policy {}\n{difference}\n",
            self.bgpd.version,
            if repeats {
                ""
            } else {
                " (a fresh bgpd does not repeat it)"
            },
            self.seed,
            self.at
        );
    }

    /// Takes the smaller policy if the two still differ on it.
    fn still(&mut self, case: &mut (Policy, Difference), less: Policy) -> bool {
        match self.differs(&less, &mut Counts::default()) {
            Ok(Some(difference)) => {
                *case = (less, difference);
                true
            }
            Ok(None) => false,
            Err(_) => {
                self.restart();
                false
            }
        }
    }
}
