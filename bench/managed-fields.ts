// Who set which field of an object, as an API server sends it with each: three quarters of an object's metadata. Data only.

/** An API server sends with each pod who set which field: the controller all of its spec, the kubelet its status. */
export const POD_MANAGED_FIELDS = [
  managedBy("kube-controller-manager", {
    "f:metadata": { "f:generateName": {}, "f:labels": { ".": {}, "f:app": {}, "f:pod-template-hash": {} } },
    "f:spec": {
      "f:containers": { 'k:{"name":"main"}': { ".": {}, "f:image": {}, "f:name": {}, "f:resources": {} } },
      "f:dnsPolicy": {},
      "f:restartPolicy": {},
      "f:schedulerName": {},
      "f:securityContext": {},
      "f:terminationGracePeriodSeconds": {},
    },
  }),
  managedBy("kubelet", {
    "f:status": {
      "f:conditions": Object.fromEntries(
        ["ContainersReady", "Initialized", "PodReadyToStartContainers", "Ready"].map((type) => [
          `k:{"type":"${type}"}`,
          { ".": {}, "f:lastProbeTime": {}, "f:lastTransitionTime": {}, "f:status": {}, "f:type": {} },
        ]),
      ),
      "f:containerStatuses": {},
      "f:hostIP": {},
      "f:phase": {},
      "f:podIP": {},
      "f:startTime": {},
    },
  }),
];

/** Of what a person applied, once. */
export const APPLIED_MANAGED_FIELDS = [
  managedBy("kubectl-client-side-apply", {
    "f:metadata": { "f:annotations": { ".": {}, "f:kubectl.kubernetes.io/last-applied-configuration": {} } },
    "f:spec": { "f:egress": {}, "f:ingress": {}, "f:podSelector": {}, "f:policyTypes": {} },
  }),
];

function managedBy(manager: string, fieldsV1: object): object {
  const time = "2026-10-05T06:12:00Z";
  return { manager, operation: "Update", apiVersion: "v1", time, fieldsType: "FieldsV1", fieldsV1 };
}
