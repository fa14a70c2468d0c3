import { join } from 'node:path';
import type { Transport } from '../../shared/contract.ts';
import { caller } from './cli-connect.ts';

/** What to type in another home, since the one that serves the practice sides is in use meanwhile. */
export async function practiceElsewhere(transport: Transport, home: string): Promise<string[]> {
  const call = caller(transport);
  const { sites } = await call('mirror.sites', {});
  const practice = sites.filter(({ name }) => name.startsWith('Practice: '));
  return [
    'This home is in use meanwhile. From another, which plays the laptop:',
    ...practice.map(
      ({ id, role, address }) =>
        `  cli mirror addSite --name ${id} --role ${role} --address ${address} --plainHttp --home DIR`,
    ),
    `  cli mirror save --yaml @${join(home, 'lab', 'connected', 'image-set.yaml')} --home DIR`,
    '  cli mirror plan --set practice --home DIR',
  ];
}
