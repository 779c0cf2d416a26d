/** Loaded before a program (`node --import`), it prints the seconds of user CPU of the process when that ends. */
process.on('exit', () => process.stdout.write(`\n${JSON.stringify({ user: process.cpuUsage().user / 1e6 })}\n`));
