// Imported before the tests of every suite: forgets what the shell of whoever runs them has for other programs, so
// that no test asks a real account or cluster, or goes through a proxy. Not what describes the machine.

// Credentials, profiles and FIPS endpoints; clusters; proxies; and colours, which the counts of a run do not survive.
const OF_OTHER_PROGRAMS =
  /^(?:AWS_.*|KUBECONFIG|(?:HTTPS?|ALL|NO)_PROXY|NODE_USE_ENV_PROXY|NODE_TLS_REJECT_UNAUTHORIZED|NO_COLOR|FORCE_COLOR|CLICOLOR_FORCE|RINGFENCE_CONFIG)$/i;

for (const name of Object.keys(process.env)) if (OF_OTHER_PROGRAMS.test(name)) delete process.env[name];
