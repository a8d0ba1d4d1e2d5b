/**
 * The part of sshpk, which brings no types, that makes the local server's certificate. By the name of its file, because
 * lib/api declares the part that it uses under the package's name.
 */
declare module 'sshpk/lib/index.js' {
  interface SelfSignedCertificate {
    toString(format: 'pem'): string;
  }
  interface GeneratedKey {
    toString(format: 'pkcs8'): string;
  }
  interface HostIdentity {
    readonly type: 'host';
  }
  const sshpk: {
    generatePrivateKey(type: 'ecdsa'): GeneratedKey;
    identityForHost(name: string): HostIdentity;
    createSelfSignedCertificate(
      subject: HostIdentity,
      key: GeneratedKey,
      options: { readonly lifetime: number },
    ): SelfSignedCertificate;
  };
  export default sshpk;
}
