// The quick tests of lib/netpol in one process, so that a mutant which they notice pays for one start of Node.
// Stryker stops at the first file that fails: test/netpol/laws.test.ts comes after it, for the others.

import "../../test/netpol/verdicts.test.ts";
import "../../test/netpol/label-selector.test.ts";
import "../../test/netpol/address-range.test.ts";
import "../../test/netpol/details.test.ts";
import "../../test/netpol/namespaces.test.ts";
import "../../test/netpol/nullified-by.test.ts";
import "../../test/netpol/pod-groups.test.ts";
import "../../test/netpol/unknown.test.ts";
import "../../test/netpol/reachability.test.ts";
import "../../test/netpol/cluster-policies.test.ts";
import "../../test/netpol/cilium-policies.test.ts";
import "../../test/netpol/calico-policies.test.ts";
