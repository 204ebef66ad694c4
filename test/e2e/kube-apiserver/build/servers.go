//go:build tools

// Names what is built here, so that `go mod tidy` keeps it. k8s.io/kubernetes takes its own staging modules by a
// replacement that `go install` refuses, so go.mod pins the published ones.
package servers

import (
	_ "go.etcd.io/etcd/server/v3"
	_ "k8s.io/kubernetes/cmd/kube-apiserver"
)
