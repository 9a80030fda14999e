//! Zed: starts the `racelint` that is on the `PATH` of the project.

use zed_extension_api as zed;

struct Racelint;

impl zed::Extension for Racelint {
    fn new() -> Self {
        Racelint
    }

    fn language_server_command(
        &mut self,
        _server: &zed::LanguageServerId,
        worktree: &zed::Worktree,
    ) -> zed::Result<zed::Command> {
        let command = worktree.which("racelint").ok_or("racelint is not on the PATH")?;
        Ok(zed::Command { command, args: vec!["lsp".to_owned()], env: worktree.shell_env() })
    }
}

zed::register_extension!(Racelint);
