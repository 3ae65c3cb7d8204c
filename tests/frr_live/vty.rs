//! The daemon's own command line, spoken over its unix socket as `vtysh` does.

use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;

/// What the daemon answered to one command.
#[derive(Debug, Clone)]
pub struct Reply {
    /// 0 is success (FRR `lib/command.h`, `CMD_SUCCESS`).
    pub code: u8,
    pub text: String,
}

impl Reply {
    /// The daemon did not take the line.
    pub fn is_refusal(&self) -> bool {
        // The configuration model takes no value out of range and says so, but with the code of success.
        self.code != 0 || self.text.contains("Failed to edit configuration")
    }
}

pub struct Vty {
    stream: UnixStream,
    buffer: Vec<u8>,
}

impl Vty {
    pub fn connect(socket: &Path, patience: Duration) -> io::Result<Vty> {
        let stream = UnixStream::connect(socket)?;
        stream.set_read_timeout(Some(patience))?;
        let mut vty = Vty {
            stream,
            buffer: vec![0; 1 << 18],
        };
        vty.command("enable")?;
        Ok(vty)
    }

    /// Sends a command, ended by NUL; the reply ends with three NULs and the return code.
    pub fn command(&mut self, line: &str) -> io::Result<Reply> {
        self.stream.write_all(line.as_bytes())?;
        self.stream.write_all(&[0])?;
        let mut reply = Vec::new();
        loop {
            let length = self.stream.read(&mut self.buffer)?;
            if length == 0 {
                return Err(io::Error::new(
                    ErrorKind::UnexpectedEof,
                    format!("bgpd died of `{line}`"),
                ));
            }
            reply.extend_from_slice(&self.buffer[..length]);
            if let [text @ .., 0, 0, 0, code] = reply.as_slice() {
                let text = String::from_utf8_lossy(text).into_owned();
                return Ok(Reply { code: *code, text });
            }
        }
    }

    pub fn json(&mut self, line: &str) -> io::Result<Value> {
        let reply = self.command(line)?;
        if reply.text.trim().is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_str(&reply.text).map_err(|error| {
            io::Error::new(
                ErrorKind::InvalidData,
                format!("`{line}`: {error}: {}", reply.text),
            )
        })
    }

    /// Configures line by line, as `bgpd -f` reads a file, and returns what was refused. Nothing is committed
    /// together: one line that fails validation would take the others with it.
    pub fn configure<'l>(&mut self, lines: impl IntoIterator<Item = &'l str>) -> io::Result<Vec<String>> {
        let mut refused = Vec::new();
        self.command("configure terminal")?;
        for line in lines {
            if self.command(line)?.is_refusal() {
                refused.push(line.to_owned());
            }
        }
        self.command("end")?;
        Ok(refused)
    }
}
