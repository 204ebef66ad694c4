// Imported before the tests of every suite: forgets what the shell of whoever runs them has for other programs, so
// that no test asks a real account or cluster. Not what describes the machine, nor the way to the package registries.

// Credentials, profiles and FIPS endpoints; clusters; and colours, which the counts of a run do not survive.
const OF_OTHER_PROGRAMS =
  /^(?:AWS_.*|KUBECONFIG|NODE_USE_ENV_PROXY|NODE_TLS_REJECT_UNAUTHORIZED|NO_COLOR|FORCE_COLOR|CLICOLOR_FORCE|RINGFENCE_CONFIG)$/i;

for (const name of Object.keys(process.env)) if (OF_OTHER_PROGRAMS.test(name)) delete process.env[name];

// A proxy is for npm and Go; the servers of the tests are on this machine. The programs disagree about the case.
for (const name of ["NO_PROXY", "no_proxy"])
  process.env[name] = ["127.0.0.1", "localhost", process.env[name] ?? []].flat().join();
