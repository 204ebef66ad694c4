// Where a network engine's agents run: on the host network of every Linux node that admits DaemonSets.

const EVERYWHERE = [{ operator: "Exists" }];
export const PRIVILEGED = { privileged: true };
const NOT_ON_FARGATE = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [
        {
          matchExpressions: [
            { key: "eks.amazonaws.com/compute-type", operator: "NotIn", values: ["fargate", "auto"] },
          ],
        },
      ],
    },
  },
};
export const ON_LINUX = {
  hostNetwork: true,
  tolerations: EVERYWHERE,
  nodeSelector: { "kubernetes.io/os": "linux" },
  affinity: NOT_ON_FARGATE,
};
