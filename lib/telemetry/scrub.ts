/**
 * Second line of defence against secrets in logs: values are redacted by their type (domain/secret.ts); whatever still
 * looks like a credential in a text is replaced here, at the sink.
 */
const SHAPES: readonly RegExp[] = [
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}\b/g, // JSON Web Tokens
  /\bBearer\s+[\w.~+/-]{16,}=*/gi,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g,
  /\bwhsec_[\w+/]{16,}=*/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /(?<=[?&](?:sig|X-Amz-Signature|code)=)[^&\s"]+/gi,
  /(?<=(?:client_secret|SharedAccessKey|AccountKey|password)["']?\s*[=:]\s*["']?)[^\s"'&;,}]+/gi,
];

export function scrub(text: string): string {
  return SHAPES.reduce((clean, shape) => clean.replace(shape, '[redacted]'), text);
}
