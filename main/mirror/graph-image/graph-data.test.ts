import { gzipSync, zstdCompressSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { expect, test } from 'vitest';
import { readGraphData } from './graph-data.ts';

type Entry = Partial<Header> & { name: string; body?: string };

const good: Entry[] = [
  { name: './channels/', type: 'directory' },
  { name: './channels/stable-4.12.yaml', body: 'name: stable-4.12\nversions: [4.12.3]\n' },
  { name: 'blocked-edges/4.12.5.yaml', body: 'to: 4.12.5\nfrom: .*\n' },
  { name: 'version', body: '1.1.0\n' },
];

async function tarOf(entries: readonly Entry[]): Promise<Buffer> {
  const tar = pack();
  for (const { body, ...header } of entries) tar.entry(header, body ?? '');
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
const read = async (entries: readonly Entry[]) => readGraphData(gzipSync(await tarOf(entries)), 'data.tar.gz');

test('files by path, folders passed over; gzip, zstd and a plain archive', async () => {
  const tar = await tarOf(good);
  for (const bytes of [gzipSync(tar), zstdCompressSync(tar), tar]) {
    const files = await readGraphData(bytes, 'data');
    expect([...files.keys()].sort()).toEqual(['blocked-edges/4.12.5.yaml', 'channels/stable-4.12.yaml', 'version']);
    expect(String(files.get('version'))).toBe('1.1.0\n');
  }
});

test.each<[string, Entry, string]>([
  ['an absolute path', { name: '/etc/passwd', body: 'x' }, 'the path /etc/passwd, which is no path of ours'],
  ['a way out', { name: 'channels/../../x', body: 'x' }, 'the path channels/../../x, which leads out of it'],
  ['a way out as a folder', { name: '../x', type: 'directory' }, 'which leads out of it'],
  ['a backslash', { name: '..\\x', body: 'x' }, 'which is no path of ours'],
  ['a drive', { name: 'C:/x', body: 'x' }, 'which is no path of ours'],
  ['a symbolic link', { name: 'channels/l', type: 'symlink', linkname: '/etc' }, 'channels/l, which is a symlink'],
  ['a hard link', { name: 'l', type: 'link', linkname: 'version' }, 'l, which is a link'],
  ['a device', { name: 'd', type: 'character-device', devmajor: 1, devminor: 3 }, 'which is a character-device'],
  ['a pipe', { name: 'p', type: 'fifo' }, 'which is a fifo'],
  ['one name twice', { name: './version', body: '2' }, 'holds ./version twice'],
  ['a file as a folder', { name: 'version/x', body: '2' }, 'version as a file and as a folder'],
  ['a whiteout', { name: 'channels/.wh..wh..opq', body: '' }, 'a name that layers give a meaning'],
])('%s is refused', async (_, entry, why) => {
  await expect(read([...good, entry])).rejects.toMatchObject({
    fault: { code: 'graphImage.data', field: 'releases.graphImage.data', message: expect.stringContaining(why) },
  });
});

test('too large a file, too much in all, too many entries; zeros that unpack without end', async () => {
  const bytes = gzipSync(await tarOf(good));
  const limits = { fileBytes: 1000, bytes: 1000, entries: 100 };
  expect((await readGraphData(bytes, 'd', limits)).size).toBe(3);
  await expect(readGraphData(bytes, 'd', { ...limits, fileBytes: 30 })).rejects.toThrow(
    'too large at ./channels/stable',
  );
  await expect(readGraphData(bytes, 'd', { ...limits, bytes: 60 })).rejects.toThrow('too large at version');
  await expect(readGraphData(bytes, 'd', { ...limits, entries: 3 })).rejects.toThrow('more than 3 entries');
  const zeros = gzipSync(Buffer.concat([await tarOf(good), Buffer.alloc(4_000_000)]));
  await expect(readGraphData(zeros, 'd', limits)).rejects.toThrow('unpacks to more than');
});

test('what is no archive, cut, or other data is refused', async () => {
  const bytes = gzipSync(await tarOf(good));
  await expect(readGraphData(Buffer.from('<html>not here</html>'), 'd')).rejects.toThrow("can't be unpacked");
  await expect(readGraphData(bytes.subarray(0, 100), 'd')).rejects.toThrow("can't be unpacked");
  await expect(readGraphData((await tarOf(good)).subarray(0, 700), 'd')).rejects.toThrow("can't be unpacked");
  await expect(readGraphData(Buffer.alloc(0), 'd')).rejects.toThrow('holds no channels');
  const below = good.map((entry) => ({ ...entry, name: `cincinnati-graph-data-master/${entry.name}` }));
  await expect(read(below)).rejects.toThrow('holds no channels/<name>.yaml at its top');
  await expect(read(good.slice(0, 3))).rejects.toThrow('holds no version at its top');
});
