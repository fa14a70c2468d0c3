import { clientSuite } from './testing/client-suite.ts';
import { binaries, startKubeApiserver } from './testing/kube-apiserver.ts';

clientSuite(
  `the client against a real kube-apiserver${binaries ? '' : ' (skipped: KUBE_TEST_SERVER names no folder with etcd and kube-apiserver)'}`,
  () => startKubeApiserver(binaries ?? ''),
  binaries === undefined,
);
