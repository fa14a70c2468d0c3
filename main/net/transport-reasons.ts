/** One reason why no answer came. */
export interface Reason {
  code: string;
  message: string;
  /** Names of the certificate that was shown, for ERR_TLS_CERT_ALTNAME_INVALID. */
  names: string;
}

/** The reasons of an error, outermost first: undici and proxies wrap what the socket said. */
export function reasonsOf(error: unknown): Reason[] {
  const found: Reason[] = [];
  for (let at = error, depth = 0; at instanceof Error && depth < 6; at = at.cause, depth += 1) {
    const { code, cert } = at as NodeJS.ErrnoException & { cert?: { subjectaltname?: string } };
    const names = (cert?.subjectaltname ?? '').replace(/DNS:|IP Address:/g, '');
    found.push({ code: typeof code === 'string' ? code : '', message: at.message, names });
    // Happy eyeballs: one error for each address tried.
    if (at instanceof AggregateError) found.push(...at.errors.flatMap((inner: unknown) => reasonsOf(inner)));
  }
  return found;
}

/** What Node says of a socket or a name, for a person. */
export const reasonWords: Readonly<Record<string, string>> = {
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

const unknownCa =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(_LOCALLY)?)|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE|INVALID_CA|INVALID_PURPOSE)$/;
const notTls = /^(ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG|EPROTO)$/;

export type TlsTrouble =
  | 'certificateExpired'
  | 'certificateNotYetValid'
  | 'certificateHost'
  | 'certificateUnknown'
  | 'certificateRefused'
  | 'notTls';

/** What is wrong with TLS towards `server`, if that is it. `now` is this computer's clock, ms: it may be what is wrong. */
export function tlsTrouble(
  reasons: readonly Reason[],
  server: string,
  now: number,
): { trouble: TlsTrouble; message: string } | undefined {
  const find = (pattern: RegExp) => reasons.find(({ code }) => pattern.test(code));
  const clock = `this computer's clock: ${new Date(now).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const its = `The certificate of ${server}`;
  if (find(/^CERT_HAS_EXPIRED$/)) return { trouble: 'certificateExpired', message: `${its} has expired (${clock}).` };
  if (find(/^CERT_NOT_YET_VALID$/))
    return { trouble: 'certificateNotYetValid', message: `${its} is not valid yet (${clock}).` };
  const other = find(/^ERR_TLS_CERT_ALTNAME_INVALID$/);
  if (other) {
    const names = other.names || 'no name at all';
    return { trouble: 'certificateHost', message: `${its} is for ${names}, not for this address.` };
  }
  if (find(unknownCa)) {
    return { trouble: 'certificateUnknown', message: `${its} is signed by an authority that is not known here.` };
  }
  const alert = reasons.find(({ code, message }) => /ALERT|alert/.test(code + message));
  if (alert) {
    const said = alert.message.replace(/^.*SSL routines:[^:]*:/, '').split(':')[0];
    return { trouble: 'certificateRefused', message: `${server} refused our certificate: ${said}.` };
  }
  return find(notTls) && { trouble: 'notTls', message: `${server} does not speak TLS.` };
}
