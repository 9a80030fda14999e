#!/usr/bin/env node
// Runs the binary of the platform package that the package manager has installed beside this one.
"use strict";

const { spawnSync } = require("node:child_process");

/** The package for this machine. */
function platform() {
  const { platform, arch } = process;
  if (platform !== "linux") return `${platform}-${arch}`;
  const glibc = process.report.getReport().header.glibcVersionRuntime;
  return `${platform}-${arch}-${glibc ? "gnu" : "musl"}`;
}

function binary() {
  const name = `@racelint/${platform()}`;
  try {
    return require.resolve(`${name}/racelint${process.platform === "win32" ? ".exe" : ""}`);
  } catch {
    console.error(`racelint: ${name} is not installed: it is an optional dependency of the package racelint.`);
    console.error("Install without --omit=optional; where there is no such package, use cargo install racelint.");
    process.exit(2);
  }
}

const ran = spawnSync(binary(), process.argv.slice(2), { stdio: "inherit" });
if (ran.error) {
  console.error(`racelint: ${ran.error.message}`);
  process.exit(2);
}
if (ran.signal) process.kill(process.pid, ran.signal);
process.exitCode = ran.status ?? 2;
