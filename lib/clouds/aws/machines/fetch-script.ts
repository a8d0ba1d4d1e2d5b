/**
 * What a control-plane machine runs to read its boot secret: a question to Secrets Manager, signed with the credentials
 * of its own role from the metadata service. Plain Python, because the images have it, and neither the AWS tools nor, in
 * Ubuntu 22.04, a curl that signs all headers. It asks once; the boot script asks again.
 *
 * No `{{`, `{%` or `{#` in it: the text may become part of a jinja template.
 * Signature: docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
const PROGRAM = `import datetime, hashlib, hmac, json, urllib.request

def call(url, headers, method="GET", data=None):
    asked = urllib.request.Request(url, data=data, headers=headers, method=method)
    return urllib.request.urlopen(asked, timeout=10).read().decode()

META = "http://169.254.169.254/latest/"
session = call(META + "api/token", dict([("X-aws-ec2-metadata-token-ttl-seconds", "300")]), "PUT")

def meta(path):
    return call(META + "meta-data/" + path, dict([("X-aws-ec2-metadata-token", session)]))

region = meta("placement/region")
role = meta("iam/security-credentials/").split()[0]
keys = json.loads(meta("iam/security-credentials/" + role))
host = "secretsmanager." + region + "." + meta("services/domain")
now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
body = json.dumps(dict(SecretId=SECRET_ID)).encode()
headers = dict([
    ("content-type", "application/x-amz-json-1.1"),
    ("host", host),
    ("x-amz-date", now),
    ("x-amz-security-token", keys["Token"]),
    ("x-amz-target", "secretsmanager.GetSecretValue"),
])
signed = ";".join(sorted(headers))
lines = "".join(name + ":" + headers[name] + "\\n" for name in sorted(headers))
asked = "\\n".join(["POST", "/", "", lines, signed, hashlib.sha256(body).hexdigest()])
scope = "/".join([now[:8], region, "secretsmanager", "aws4_request"])
text = "\\n".join(["AWS4-HMAC-SHA256", now, scope, hashlib.sha256(asked.encode()).hexdigest()])
key = ("AWS4" + keys["SecretAccessKey"]).encode()
for part in scope.split("/"):
    key = hmac.new(key, part.encode(), hashlib.sha256).digest()
signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
headers["authorization"] = (
    "AWS4-HMAC-SHA256 Credential=" + keys["AccessKeyId"] + "/" + scope
    + ", SignedHeaders=" + signed + ", Signature=" + signature
)
print(json.loads(call("https://" + host + "/", headers, "POST", body))["SecretString"], end="")
`;

/** `secretId`: letters, digits, `/` and `-`. */
export function fetchScript(secretId: string): string {
  return `#!/usr/bin/env bash
set -euo pipefail
python3 - <<'PROGRAM'
SECRET_ID = "${secretId}"
${PROGRAM}PROGRAM
`;
}
