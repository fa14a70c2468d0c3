import { type FaultError, fault } from '../../shared/fault.ts';

interface Reason {
  code: string;
  message: string;
  /** Names of the certificate that was shown, for ERR_TLS_CERT_ALTNAME_INVALID. */
  names: string;
}

/** The innermost reasons of an error: undici and proxies wrap what the socket said. */
function chain(error: unknown): Reason[] {
  const found: Reason[] = [];
  for (let at = error, depth = 0; at instanceof Error && depth < 6; at = at.cause, depth += 1) {
    const { code, cert } = at as NodeJS.ErrnoException & { cert?: { subjectaltname?: string } };
    const names = (cert?.subjectaltname ?? '').replace(/DNS:|IP Address:/g, '');
    found.push({ code: typeof code === 'string' ? code : '', message: at.message, names });
    // Happy eyeballs: one error for each address tried.
    if (at instanceof AggregateError) found.push(...at.errors.flatMap((inner: unknown) => chain(inner)));
  }
  return found;
}

const unknownCa =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(_LOCALLY)?)|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE|INVALID_CA|INVALID_PURPOSE)$/;
const lost = /^(ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_CLOSED|UND_ERR_DESTROYED)$/;
const unreachable =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|UND_ERR_PRX_TLS|UND_ERR_ABORTED|UND_ERR_SOCKS5_.*)$/;

const words: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'its name is not known to DNS',
  EAI_AGAIN: 'DNS does not answer',
  EHOSTUNREACH: 'there is no way to this address',
  ENETUNREACH: 'there is no way to this network',
  ETIMEDOUT: 'it does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
};

/**
 * Says in words why no answer came (TLS, DNS, sockets, time). `now` is this computer's clock, ms.
 * Codes: kube.certificateExpired, .certificateNotYetValid, .certificateHost, .certificateUnknown, .certificateRefused,
 * .notTls, .timeout, .unreachable.
 */
export function transportFault(error: unknown, server: string, now: number): FaultError {
  const reasons = chain(error);
  const find = (pattern: RegExp) => reasons.find(({ code }) => pattern.test(code));
  const make = (code: string, message: string, remedy: string) =>
    fault(`kube.${code}`, message, remedy, { field: 'server', cause: error });
  const today = new Date(now).toISOString().slice(0, 16).replace('T', ' ');
  if (find(/^CERT_HAS_EXPIRED$/)) {
    const message = `The certificate of ${server} has expired (this computer's clock: ${today} UTC).`;
    return make('certificateExpired', message, "Have the hub's certificate renewed; check this computer's clock.");
  }
  if (find(/^CERT_NOT_YET_VALID$/)) {
    const message = `The certificate of ${server} is not valid yet (this computer's clock: ${today} UTC).`;
    return make('certificateNotYetValid', message, "Correct this computer's clock.");
  }
  const host = find(/^ERR_TLS_CERT_ALTNAME_INVALID$/);
  if (host) {
    const message = `The certificate of ${server} is for ${host.names || 'no name at all'}, not for this address.`;
    return make(
      'certificateHost',
      message,
      'Use an address that the certificate names, or set tls-server-name to one.',
    );
  }
  if (find(unknownCa)) {
    const message = `The certificate of ${server} is signed by an authority that is not known here.`;
    return make('certificateUnknown', message, "Put the hub's CA into certificate-authority-data of the kubeconfig.");
  }
  const alert = reasons.find(({ code, message }) => /ALERT|alert/.test(code + message));
  if (alert) {
    const message = `${server} refused our certificate: ${alert.message.replace(/^.*SSL routines:[^:]*:/, '').split(':')[0]}.`;
    return make('certificateRefused', message, 'Take a fresh kubeconfig with a valid client certificate.');
  }
  if (find(/^(ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG|EPROTO)$/))
    return make('notTls', `${server} does not speak TLS.`, 'Check address and port.');
  if (find(/^UND_ERR_(HEADERS|BODY)_TIMEOUT$/))
    return make('timeout', `${server} sent nothing for too long.`, 'Check the network, then try again.');
  const cut = find(lost);
  const away = find(unreachable);
  const reason = away ?? cut ?? reasons.at(-1);
  const said = words[reason?.code ?? ''] ?? reason?.message ?? String(error);
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
  const reasons = chain(error);
  return reasons.some(({ code }) => lost.test(code)) && !reasons.some(({ code }) => unreachable.test(code));
}
