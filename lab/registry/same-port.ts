import { readFile, writeFile } from 'node:fs/promises';

/**
 * Listens on the port of the last time, which `file` remembers, so that names that hold it stay good; on any free one when another program
 * has it by now. A port that was asked for (not 0) is taken, or the refusal is thrown.
 */
export async function onSamePort<T>(
  file: string,
  asked: number,
  listen: (port: number) => Promise<T>,
  portOf: (front: T) => number,
): Promise<T> {
  const last = Number(await readFile(file, 'utf8').catch(() => '0'));
  const again = asked === 0 && Number.isInteger(last) && last > 0 && last <= 65_535;
  const front = await listen(again ? last : asked).catch((error: NodeJS.ErrnoException) => {
    if (again && error.code === 'EADDRINUSE') return listen(0);
    throw error;
  });
  await writeFile(file, String(portOf(front)));
  return front;
}
