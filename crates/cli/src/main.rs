use std::io;
use std::process::ExitCode;

use anstream::AutoStream;
use pairlint_cli::{World, run};

fn main() -> ExitCode {
    let Ok(mut world) = World::real() else {
        return ExitCode::from(2);
    };
    // Whether to colour is decided in `run`; these only translate the codes on consoles that need it.
    let (mut out, mut err) = (AutoStream::always(io::stdout()), AutoStream::always(io::stderr()));
    ExitCode::from(run(&mut world, std::env::args_os(), &mut out, &mut err))
}
