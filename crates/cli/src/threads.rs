//! How many things are done at a time.

use std::sync::OnceLock;

use rayon::{ThreadPool, ThreadPoolBuilder};

/// Parsers of nested text need some stack; what they do not need costs nothing.
const STACK: usize = 16 * 1024 * 1024;

/// Threads take longer to start than a handful of files to read.
pub const FEW: usize = 8;

/// The threads of a run, started when they are first worth it.
#[derive(Default)]
pub struct Threads {
    count: usize,
    pool: OnceLock<Option<ThreadPool>>,
}

impl Threads {
    pub fn new(count: usize) -> Threads {
        Threads {
            count,
            pool: OnceLock::new(),
        }
    }

    /// Runs the work where its parallel parts use these threads; in place where there are few pieces of it.
    pub fn run<R: Send>(&self, pieces: usize, work: impl FnOnce() -> R + Send) -> R {
        if pieces <= FEW {
            return work();
        }
        let build = || {
            let builder = ThreadPoolBuilder::new().num_threads(self.count).stack_size(STACK);
            builder.build().ok()
        };
        match self.pool.get_or_init(build) {
            Some(pool) => pool.install(work),
            None => work(),
        }
    }
}
