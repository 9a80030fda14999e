let beats = 0;

setInterval(() => {
  beats += 1;
  document.title = `${beats}`;
}, 1000);
