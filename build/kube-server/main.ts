import { ensureServers } from './build.ts';

/** `npm run kube-server`: builds the servers that the tests run, unless they are there, and says where they are. */
const servers = ensureServers((line) => console.log(line), 1_800_000);
console.log(servers.folder ?? servers.why);
process.exitCode = servers.folder ? 0 : 1;
