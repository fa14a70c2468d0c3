import { type Fault, FaultError, fault } from '../../../shared/fault.ts';
import { PassingFault } from './passing.ts';

interface Reason {
  code: string;
  message: string;
  names: string;
}

/** The reasons an error wraps, outermost first. */
function chain(error: unknown): Reason[] {
  const found: Reason[] = [];
  for (let at = error, depth = 0; at instanceof Error && depth < 6; at = at.cause, depth += 1) {
    const { code, cert } = at as NodeJS.ErrnoException & { cert?: { subjectaltname?: string } };
    const names = (cert?.subjectaltname ?? '').replace(/DNS:|IP Address:/g, '');
    found.push({ code: typeof code === 'string' ? code : '', message: at.message, names });
    // One error for each address of the name.
    if (at instanceof AggregateError) found.push(...at.errors.flatMap((inner: unknown) => chain(inner)));
  }
  return found;
}

const unknownCa =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(_LOCALLY)?)|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE|INVALID_CA|INVALID_PURPOSE)$/;
const notTls = /^(ERR_SSL_WRONG_VERSION_NUMBER|ERR_SSL_PACKET_LENGTH_TOO_LONG|EPROTO)$/;
const stalled = /^UND_ERR_(HEADERS|BODY)_TIMEOUT$/;
const lasting =
  /^(ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|UND_ERR_PRX_TLS|UND_ERR_INVALID_ARG|UND_ERR_DESTROYED|UND_ERR_CLOSED|ERR_INVALID_URL)$/;

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
  UND_ERR_DESTROYED: 'the work with it was ended here',
  UND_ERR_CLOSED: 'the work with it was ended here',
  UND_ERR_SOCKET: 'the connection was cut',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the connection was cut',
};

const remedies: Record<string, string> = {
  ECONNREFUSED: 'Check the port, and that the registry runs.',
  ENOTFOUND: 'Check the spelling of the name and which DNS this computer uses.',
};

function tlsFault(reasons: Reason[], host: string, now: number): Pick<Fault, 'message' | 'remedy'> | undefined {
  const find = (pattern: RegExp) => reasons.find(({ code }) => pattern.test(code));
  const clock = `this computer's clock: ${new Date(now).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  if (find(/^CERT_HAS_EXPIRED$/))
    return {
      message: `The certificate of ${host} has expired (${clock}).`,
      remedy: "Have the registry's certificate renewed; check this computer's clock.",
    };
  if (find(/^CERT_NOT_YET_VALID$/))
    return {
      message: `The certificate of ${host} is not valid yet (${clock}).`,
      remedy: "Correct the computer's clock.",
    };
  const other = find(/^ERR_TLS_CERT_ALTNAME_INVALID$/);
  if (other)
    return {
      message: `The certificate of ${host} is for ${other.names || 'no name at all'}, not for this address.`,
      remedy: 'Use an address that the certificate names, or have one made for this address.',
    };
  if (find(unknownCa))
    return {
      message: `The certificate of ${host} is signed by an authority that is not known here.`,
      remedy: "Give the registry's CA certificate (PEM), or put it into certs.d as ca.crt.",
    };
  const alert = reasons.find(({ code, message }) => /ALERT|alert/.test(code + message));
  if (alert)
    return {
      message: `${host} refused our certificate: ${alert.message.replace(/^.*SSL routines:[^:]*:/, '').split(':')[0]}.`,
      remedy: 'Give a client certificate and key that this registry accepts.',
    };
  if (find(notTls))
    return {
      message: `${host} does not speak TLS.`,
      remedy: 'Check the port. If the registry is meant to be without TLS, choose plain HTTP for it.',
    };
  return undefined;
}

/**
 * Says in words why no answer came, or why it broke off; what may pass is a PassingFault. A fault stays as it is. `now` is
 * this computer's clock, ms. Codes: registry.tls, .stalled, .unreachable, .digestMismatch.
 */
export function transportFault(error: unknown, host: string, now: number, stallMs: number): FaultError {
  if (error instanceof FaultError) return error;
  const reasons = chain(error);
  const tls = tlsFault(reasons, host, now);
  if (tls) return fault('registry.tls', tls.message, tls.remedy, { field: 'host', cause: error });
  const find = (pattern: RegExp) => reasons.find(({ code }) => pattern.test(code));
  if (find(stalled)) {
    const message = `${host}: no bytes moved for ${stallMs / 1000} s.`;
    const remedy = 'Check the network; the work goes on where it stood.';
    return new PassingFault({ code: 'registry.stalled', message, remedy }, { cause: error });
  }
  if (find(/^UND_ERR_REQ_CONTENT_LENGTH_MISMATCH$/))
    return fault(
      'registry.digestMismatch',
      `What was to be sent to ${host} is longer or shorter than its manifest says.`,
      'Fetch the image again; if it stays, its source is broken.',
      { cause: error },
    );
  const away = find(lasting);
  const reason = away ?? reasons.find(({ code }) => code in words) ?? reasons.at(-1);
  const said = words[reason?.code ?? ''] ?? reason?.message ?? String(error);
  const value = {
    code: 'registry.unreachable',
    message: `${host} cannot be reached: ${said}.`,
    remedy: remedies[reason?.code ?? ''] ?? 'Check network, VPN, proxy and address, then try again.',
    field: 'host',
  };
  return away ? new FaultError(value, { cause: error }) : new PassingFault(value, { cause: error });
}
