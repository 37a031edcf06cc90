import { describe, expect, it } from "vitest";
import { isPlaceholder } from "../../../src/detect/placeholder.ts";
import { seededRandom } from "../../../src/lib/seeded-random.ts";
import { expand } from "../../../src/rules/expand.ts";

describe("passes over", () => {
  it.each([
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's syntax is what is tested.
    "${API_KEY}",
    "$API_KEY",
    "$(cat key)",
    "{{ api_key }}",
    "#{api_key}",
    "<%= key %>",
    "%API_KEY%",
    "<api-key>",
    "xxxxxxxxxxxxxxxx",
    "zed_XXXXXXXXXX",
    "zed_xxxxx-xxxxx",
    "************",
    "zed_0000000000",
    "00000000-0000-0000-0000-000000000000",
    "abababababab",
    "zed_abcdefghijk",
    "zed_1234567890",
    "zed_7654321",
    "AKIDQ5W8EXAMPLE",
    "your-api-key-9",
    "YOUR_TOKEN_9",
    "REPLACE_ME_9",
    "changeme9",
    "change-me-9",
    "insert_key_9",
    "token9_here",
    "zed_fake_9",
    "not-a-real-key-9",
    "abc1...xyz9",
  ])("%s", (text) => {
    expect(isPlaceholder(text)).toBe(true);
  });

  it("values that vendors print in their documentation", () => {
    const jwtPayload = btoa('{"sub":"42","name":"John Doe"}');
    expect(isPlaceholder(`eyJhbGciOiJub25lIn0.${jwtPayload.slice(0, 14)}IkpvaG4gRG9l.x`)).toBe(
      true,
    );
  });
});

it("lets random keys through", () => {
  const templates = [
    ...["ghx_{{alnum:36}}", "{{hex:32}}", "{{base64:88}}", "{{digit:20}}", "{{base32:16}}"],
    ...["{{pem:OPENSSH}}", "{{pypi_token}}", "{{jwt}}", "p4$${{alnum:8}}", "{{[a-z!%&]:14}}7"],
  ];
  for (const template of templates) {
    for (let seed = 0; seed < 200; seed++) {
      const key = expand(template, seededRandom(`${template} ${seed}`));
      expect(isPlaceholder(key), key).toBe(false);
    }
  }
});
