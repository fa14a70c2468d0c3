import { open } from 'node:fs/promises';

/** Makes names in a folder durable. Windows has no such call and keeps names by its own journal. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
