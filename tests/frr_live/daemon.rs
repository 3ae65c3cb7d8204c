//! A `bgpd` of one's own: found, started in a folder of its own, ended by its own process id.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::vty::Vty;

/// Where Debian's package puts it.
const INSTALLED: &str = "/usr/lib/frr/bgpd";
/// A folder with another `bgpd`: the folder of the program, or the root of unpacked packages.
const FOLDER: &str = "PAIRLINT_FRR";
/// A daemon that takes longer than this to answer has hung.
const PATIENCE: Duration = Duration::from_secs(30);
/// `timeout` ends a daemon that lives longer, whatever becomes of this process.
const LIFETIME: &str = "300";

/// A program, and which FRR it is.
#[derive(Debug, Clone)]
pub struct Bgpd {
    command: Vec<OsString>,
    pub version: String,
    user: (u32, u32),
    /// Without an interface FRR 10 takes no IPv6 over a session between IPv4 addresses, unless it is asked to.
    v6_with_v4_nexthops: Option<&'static str>,
}

impl Bgpd {
    /// Finds the program, or says why there is none to run.
    pub fn find() -> Result<Bgpd, String> {
        let command = match env::var_os(FOLDER) {
            Some(folder) => unpacked(Path::new(&folder))
                .ok_or_else(|| format!("{FOLDER}={} holds no bgpd", folder.display()))?,
            None if Path::new(INSTALLED).exists() => vec![INSTALLED.into()],
            None => return Err(format!("no {INSTALLED}, and {FOLDER} is not set")),
        };
        let ask = |option: &str| {
            let output = Command::new(&command[0]).args(&command[1..]).arg(option).output();
            output
                .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
                .map_err(|error| format!("{} does not run: {error}", command[0].display()))
        };
        let text = ask("-v")?;
        let version = text
            .split_once("version ")
            .and_then(|(_, rest)| rest.split_whitespace().next())
            .ok_or_else(|| format!("{} tells no version: {text}", command[0].display()))?;
        let help = ask("--help")?;
        // bgpd starts as root and continues as its own user, who owns its folder.
        if fs::metadata("/proc/self").map_or(true, |process| process.uid() != 0) {
            return Err("bgpd must be started by root, to run as the user frr".to_owned());
        }
        Ok(Bgpd {
            version: version.to_owned(),
            v6_with_v4_nexthops: Some("--v6-with-v4-nexthop").filter(|option| help.contains(option)),
            user: user("frr").ok_or("there is no user frr")?,
            command,
        })
    }

    /// Starts it with a configuration, without any listening port, and connects to it.
    pub fn start(&self, config: &str) -> io::Result<Running> {
        let folder = tempfile::Builder::new().prefix("pairlint-frr").tempdir()?;
        let path = |name: &str| folder.path().join(name);
        fs::write(path("bgpd.conf"), config)?;
        for (at, mode) in [(folder.path(), 0o755), (&path("bgpd.conf"), 0o644)] {
            fs::set_permissions(at, Permissions::from_mode(mode))?;
            chown(at, Some(self.user.0), Some(self.user.1))?;
        }
        let output = File::create(path("output"))?;
        let child = Command::new("timeout")
            .args(["--kill-after=5", LIFETIME])
            .args(&self.command)
            // Neither zebra nor kernel, no BGP port, no telnet port.
            .args(["-Z", "-n", "-p", "0", "-P", "0", "-u", "frr", "-g", "frr"])
            .args(self.v6_with_v4_nexthops)
            .arg("-f")
            .arg(path("bgpd.conf"))
            .arg("--vty_socket")
            .arg(folder.path())
            .arg("-i")
            .arg(path("pid"))
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()?;
        let socket = path("bgpd.vty");
        let mut process = Process {
            child,
            _folder: folder,
        };
        let end = Instant::now() + PATIENCE;
        loop {
            match Vty::connect(&socket, PATIENCE) {
                Ok(vty) => {
                    return Ok(Running {
                        vty,
                        _process: process,
                    });
                }
                Err(_) if process.child.try_wait()?.is_none() && Instant::now() < end => {
                    thread::sleep(Duration::from_millis(5));
                }
                Err(error) => {
                    let output = fs::read_to_string(path_of(&process, "output")).unwrap_or_default();
                    return Err(io::Error::new(
                        ErrorKind::NotConnected,
                        format!("{error}: {output}"),
                    ));
                }
            }
        }
    }
}

fn path_of(process: &Process, name: &str) -> PathBuf {
    process._folder.path().join(name)
}

/// The command for the program in a folder. Packages of another release come with their own loader.
fn unpacked(folder: &Path) -> Option<Vec<OsString>> {
    let plain = folder.join("bgpd");
    if plain.is_file() {
        return Some(vec![plain.into()]);
    }
    let root = [folder.to_owned(), folder.join("root")]
        .into_iter()
        .find(|root| root.join("usr/lib/frr/bgpd").is_file())?;
    let program = root.join("usr/lib/frr/bgpd");
    let folders = |pattern: &str| -> Vec<PathBuf> {
        let parent = root.join(pattern);
        let entries = fs::read_dir(parent).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect()
    };
    let loader = ["usr/lib64", "lib64"].into_iter().flat_map(folders).find(|file| {
        file.file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("ld-linux"))
    });
    let Some(loader) = loader else {
        return Some(vec![program.into()]);
    };
    let mut libraries = OsString::new();
    for triplet in ["usr/lib", "lib"].into_iter().flat_map(folders) {
        if triplet.to_string_lossy().ends_with("-linux-gnu") {
            for folder in [triplet.clone(), triplet.join("frr")] {
                libraries.push(folder);
                libraries.push(":");
            }
        }
    }
    Some(vec![
        loader.into(),
        "--library-path".into(),
        libraries,
        program.into(),
    ])
}

/// The numbers of a user and its group (`/etc/passwd`).
fn user(name: &str) -> Option<(u32, u32)> {
    let users = fs::read_to_string("/etc/passwd").ok()?;
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next()? == name).then_some(())?;
        let mut number = || fields.by_ref().find_map(|field| field.parse::<u32>().ok());
        Some((number()?, number()?))
    })
}

/// A daemon and the connection to it.
pub struct Running {
    pub vty: Vty,
    _process: Process,
}

struct Process {
    child: Child,
    _folder: TempDir,
}

impl Drop for Process {
    /// Asks `timeout` to end the daemon it started, and waits.
    fn drop(&mut self) {
        let id = self.child.id().to_string();
        let _ = Command::new("kill")
            .args(["-TERM", &id])
            .stderr(Stdio::null())
            .status();
        // `--kill-after` bounds the wait.
        let _ = self.child.wait();
    }
}
