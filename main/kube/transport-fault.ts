import { type FaultError, fault } from '../../shared/fault.ts';
import { reasonsOf, reasonWords, type TlsTrouble, tlsTrouble } from '../net/transport-reasons.ts';

const lost = /^(ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_CLOSED|UND_ERR_DESTROYED)$/;
const unreachable =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|UND_ERR_PRX_TLS|UND_ERR_ABORTED|UND_ERR_SOCKS5_.*)$/;

const remedies: Record<TlsTrouble, string> = {
  certificateExpired: "Have the hub's certificate renewed; check this computer's clock.",
  certificateNotYetValid: "Correct this computer's clock.",
  certificateHost: 'Use an address that the certificate names, or set tls-server-name to one.',
  certificateUnknown: "Put the hub's CA into certificate-authority-data of the kubeconfig.",
  certificateRefused: 'Take a fresh kubeconfig with a valid client certificate.',
  notTls: 'Check address and port.',
};

/**
 * Says in words why no answer came (TLS, DNS, sockets, time). `now` is this computer's clock, ms.
 * Codes: kube.certificateExpired, .certificateNotYetValid, .certificateHost, .certificateUnknown, .certificateRefused,
 * .notTls, .timeout, .unreachable.
 */
export function transportFault(error: unknown, server: string, now: number): FaultError {
  const reasons = reasonsOf(error);
  const find = (pattern: RegExp) => reasons.find(({ code }) => pattern.test(code));
  const make = (code: string, message: string, remedy: string) =>
    fault(`kube.${code}`, message, remedy, { field: 'server', cause: error });
  const tls = tlsTrouble(reasons, server, now);
  if (tls) return make(tls.trouble, tls.message, remedies[tls.trouble]);
  if (find(/^UND_ERR_(HEADERS|BODY)_TIMEOUT$/))
    return make('timeout', `${server} sent nothing for too long.`, 'Check the network, then try again.');
  const cut = find(lost);
  const away = find(unreachable);
  const reason = away ?? cut ?? reasons.at(-1);
  const said = reasonWords[reason?.code ?? ''] ?? reason?.message ?? String(error);
  if (cut && !away)
    return make(
      'unreachable',
      `${server}: ${said}.`,
      'Check the network; reading goes on by itself when the hub answers.',
    );
  return make(
    'unreachable',
    `${server} cannot be reached: ${said}.`,
    'Check network, VPN and address, then try again.',
  );
}

/** True when a connection that stood was cut: asking again at once may help, which it does not after a time limit. */
export function wasCut(error: unknown): boolean {
  const reasons = reasonsOf(error);
  return reasons.some(({ code }) => lost.test(code)) && !reasons.some(({ code }) => unreachable.test(code));
}
