//! One fetch by another crate's downloader, for the bench: `runtime-peers CRATE SERVER REPO FILE FOLDER RIGHT-COPY`.
//!
//! The exit code is 0 if a file was given, and its bytes are those of the
//! file named last; 3 if the bytes are wrong; 4 on an error.
#![forbid(unsafe_code)]

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [name, server, repo, file, folder, right] = args.as_slice() else {
        eprintln!("usage: runtime-peers CRATE SERVER REPO FILE FOLDER RIGHT-COPY");
        return ExitCode::from(2);
    };
    let path = match name.as_str() {
        "cached-path" => cached_path(&format!("{server}/{repo}/resolve/main/{file}"), folder),
        "hf-hub" => hf_hub(server, repo, file, folder),
        _ => Err("an unknown crate".into()),
    };
    let same = path.and_then(|path| Ok(std::fs::read(path)? == std::fs::read(right)?));
    match same {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(3),
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(4)
        }
    }
}

fn cached_path(url: &str, folder: &str) -> Result<PathBuf, Box<dyn Error>> {
    let cache = cached_path::Cache::builder().dir(folder.into()).build()?;
    Ok(cache.cached_path(url)?)
}

fn hf_hub(server: &str, repo: &str, file: &str, folder: &str) -> Result<PathBuf, Box<dyn Error>> {
    let api = hf_hub::api::sync::ApiBuilder::new()
        .with_endpoint(server.to_owned())
        .with_cache_dir(folder.into())
        .with_progress(false)
        .build()?;
    Ok(api.model(repo.to_owned()).get(file)?)
}
