/** Explanations of failures of TLS, by the codes of Node and OpenSSL. Each names the option, and what to do. */
const FAULTS: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_\w+|CERT_UNTRUSTED|INVALID_CA)$/,
    'the authority of its certificate is not trusted; name that authority in tls.ca',
  ],
  [/^CERT_HAS_EXPIRED$/, 'its certificate has expired; renew it, or correct the clock of this machine'],
  [
    /^CERT_NOT_YET_VALID$/,
    'its certificate is not valid yet; correct the clock of this machine, or of the authority',
  ],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    'its certificate is for another name; connect by a name that it has, or name one in tls.servername',
  ],
  [/^CERT_/, 'its certificate is not accepted'],
  [
    /^ERR_SSL_\w*(?:CERTIFICATE_REQUIRED|PEER_DID_NOT_RETURN_A_CERTIFICATE)$/,
    'it wants a certificate of the client; name one in tls.cert and tls.key',
  ],
  [
    /^ERR_SSL_\w*ALERT_HANDSHAKE_FAILURE$/,
    'it refused the handshake; it may want a certificate of the client (tls.cert, tls.key)',
  ],
  [
    /^ERR_SSL_\w*ALERT_(?:UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_\w+|UNSUPPORTED_CERTIFICATE)$/,
    'it does not accept the certificate in tls.cert: expired, or of an authority that it does not trust',
  ],
  [
    /^ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/,
    'it speaks no TLS; remove tls, or begin the URL with redis://',
  ],
  [/^ERR_OSSL_X509_KEY_VALUES_MISMATCH$/, 'tls.key does not belong to tls.cert'],
  [/^ERR_OSSL_/, 'tls.key is malformed, or its passphrase is wrong'],
];

/** Explains a failure of TLS; `undefined` for a code of anything else. */
export function tlsFault(code: string): string | undefined {
  const text = FAULTS.find(([codes]) => codes.test(code))?.[1];
  return text === undefined ? undefined : `${text} (${code})`;
}

/** Remark on a server that closes the connection instead of answering, or does not answer at all. */
export function tlsRemark(isTls: boolean): string {
  return isTls
    ? '; if it speaks no TLS, remove tls or begin the URL with redis://'
    : '; if it speaks TLS, declare tls: true or begin the URL with rediss://';
}
