/** Resolves when the program is told to end: SIGTERM, SIGINT, the end of standard input, or a message of an Electron parent. */
export function untilTold(): Promise<void> {
  return new Promise((resolve) => {
    const end = () => resolve();
    process.once('SIGTERM', end);
    process.once('SIGINT', end);
    // A process of Electron's has no standard input: there a message of its parent ends it.
    const { parentPort } = process as unknown as {
      parentPort?: { once(event: 'message', listener: () => void): void };
    };
    if (parentPort) parentPort.once('message', end);
    else process.stdin.once('end', end).once('close', end).resume();
  });
}

/** One line of JSON, as the starter reads it. */
export const print = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);
