/** What a git process is told, and who hears the authorization. */
import { describe, expect, it } from "vitest";
import { localEnvironment, remoteEnvironment } from "../../../src/source/git-environment.ts";
import { DEFAULT_GIT_LIMITS, type GitSettings } from "../../../src/source/git-settings.ts";

const SETTINGS: GitSettings = {
  cacheDir: "/cache",
  environment: { path: "/bin", httpsProxy: "http://proxy:3128", noProxy: "localhost" },
  limits: DEFAULT_GIT_LIMITS,
};

function remote(url: string, authorization?: string) {
  return { url, authorization: async () => authorization };
}

describe("the environment of git", () => {
  it("allows a local command no transport and tells it no proxy", () => {
    const environment = localEnvironment(SETTINGS);
    expect(environment).toMatchObject({
      PATH: "/bin",
      HOME: "/cache/home",
      GIT_ALLOW_PROTOCOL: "",
    });
    expect(environment).not.toHaveProperty("HTTPS_PROXY");
  });

  it("allows a fetch the protocol of its address alone", async () => {
    const secure = await remoteEnvironment(SETTINGS, remote("https://git.example.org/a/b.git"));
    const plain = await remoteEnvironment(SETTINGS, remote("http://127.0.0.1:80/b.git"));
    expect(secure).toMatchObject({ GIT_ALLOW_PROTOCOL: "https", HTTPS_PROXY: "http://proxy:3128" });
    expect(plain).toMatchObject({ GIT_ALLOW_PROTOCOL: "http", NO_PROXY: "localhost" });
  });

  it("gives the authorization to the remote's own origin alone", async () => {
    const url = "https://git.example.org:8443/a/b.git";
    expect(await remoteEnvironment(SETTINGS, remote(url, "basic x"))).toMatchObject({
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "http.https://git.example.org:8443/.extraHeader",
      GIT_CONFIG_VALUE_0: "Authorization: basic x",
    });
    expect(await remoteEnvironment(SETTINGS, remote(url))).not.toHaveProperty("GIT_CONFIG_COUNT");
  });

  it("names the operator's certificate authorities", async () => {
    const environment = { ...SETTINGS.environment, certificatesFile: "/ca.pem" };
    const made = await remoteEnvironment({ ...SETTINGS, environment }, remote("https://host/x"));
    expect(made).toMatchObject({ GIT_SSL_CAINFO: "/ca.pem" });
  });

  it("refuses an authorization of several lines, without repeating it", async () => {
    const made = remoteEnvironment(SETTINGS, remote("https://host/x", "basic x\r\nHost: evil"));
    await expect(made).rejects.toThrow("authorization must be one line");
  });
});
