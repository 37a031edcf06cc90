import { describe, expect, it } from "vitest";
import { isReference } from "../../../src/detect/reference.ts";
import { seededRandom } from "../../../src/lib/seeded-random.ts";
import { expand } from "../../../src/rules/expand.ts";

describe("takes for a reference", () => {
  it.each([
    "settings.providers.storage1.access_key",
    "config.get2",
    "getKey2()",
    "keys[2]",
    "$secret2",
    "@secret2",
    "&secret2",
    "self->key2",
    "Vault::KEY2",
    "/etc/app/keys/signing-key-2024.pem",
    "./keys/dev2.pem",
    "~/keys/dev2.pem",
    "C:\\keys\\dev2.pem",
    "https://vault.octo.dev/v1/keys",
    "my-app-secret-v2",
    "ENABLE_2FA_SETUP",
    "ed25519.PrivateKey",
    "sessionStoreKey2",
    "v1.24.3",
    "2024-11-26",
    "10.20.30.40:5432",
    "correct-horse-battery",
  ])("%s", (text) => {
    expect(isReference(text)).toBe(true);
  });

  it.each(["{{hex:40}}", "{{hex:64}}", "{{hex:8}}-{{hex:4}}-{{hex:4}}-{{hex:4}}-{{hex:12}}"])(
    "an id such as %s",
    (template) => {
      expect(isReference(expand(template, seededRandom("id")))).toBe(true);
    },
  );
});

it.each([
  ...["{{hex:32}}", "{{alnum:24}}", "{{base64:44}}", "{{base64url:43}}", "{{[A-Z0-9]:32}}"],
  ...["{{[a-z0-9]:20}}", "{{[A-Za-z0-9!@#%^*]:16}}", "https://octo:{{alnum:16}}@octo.dev"],
])("takes %s for a key", (template) => {
  for (let seed = 0; seed < 100; seed++) {
    const key = expand(template, seededRandom(`${template} ${seed}`));
    if (/\d/.test(key)) expect(isReference(key), key).toBe(false);
  }
});
