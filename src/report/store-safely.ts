/** The section on keeping the new key out of the source tree, the same in every issue. */

export const STORE_SAFELY = `## Store the new key safely

Pick the first that fits, and keep the key out of code, tests and notebooks:

1. **A secrets manager** of your platform (GitHub Actions secrets for workflows; AWS Secrets Manager,
   Google Secret Manager, Azure Key Vault or HashiCorp Vault for services): the program fetches the key
   when it starts, who read it is on record, and rotating it needs no deployment.
2. **An environment variable** that the deployment sets. Locally it comes from a \`.env\` file that
   \`.gitignore\` names; the repository holds a \`.env.example\` with the name and no value.
3. **A file outside the source tree** (such as \`~/.config/<program>/\`), readable by its owner only, whose
   path the program gets as a setting.`;
