// Command skep-argocd is what of Argo CD runs without a user interface, and kustomize, in one
// binary: the part to run is its own name (through a symbolic link) or its first argument. Tests run
// it beside their control plane. One part is ours: judge says what Argo CD and Flux think of a
// resource, by their own code.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	applications "github.com/argoproj/argo-cd/v3/cmd/argocd-application-controller/commands"
	applicationsets "github.com/argoproj/argo-cd/v3/cmd/argocd-applicationset-controller/commands"
	askpass "github.com/argoproj/argo-cd/v3/cmd/argocd-git-ask-pass/commands"
	repositories "github.com/argoproj/argo-cd/v3/cmd/argocd-repo-server/commands"
	"github.com/spf13/cobra"
	kustomize "sigs.k8s.io/kustomize/kustomize/v5/commands"
)

var parts = map[string]func() *cobra.Command{
	"argocd-application-controller":    applications.NewCommand,
	"argocd-applicationset-controller": applicationsets.NewCommand,
	"argocd-git-ask-pass":              askpass.NewCommand,
	"argocd-repo-server":               repositories.NewCommand,
	"judge":                            newJudgeCommand,
	"kustomize":                        kustomize.NewDefaultCommand,
}

func main() {
	part := filepath.Base(os.Args[0])
	if parts[part] == nil && len(os.Args) > 1 {
		part = os.Args[1]
		os.Args = os.Args[1:]
	}
	command := parts[part]
	if command == nil {
		fmt.Fprintf(os.Stderr, "usage: skep-argocd PART [ARGUMENT...]\nparts: %s\n", partNames())
		os.Exit(2)
	}
	if err := command().Execute(); err != nil {
		os.Exit(1)
	}
}

func partNames() string {
	names := []string{}
	for name := range parts {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
