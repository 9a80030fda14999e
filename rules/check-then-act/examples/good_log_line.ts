let verbose = false;

export async function work(): Promise<void> {
  if (verbose) console.log("begins");
  await fetch("/work");
  if (verbose) console.log("ends");
}

document.addEventListener("click", () => void work());
document.addEventListener("keydown", () => {
  verbose = !verbose;
});
