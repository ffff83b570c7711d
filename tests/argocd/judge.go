package main

import (
	"encoding/json"
	"os"

	"github.com/argoproj/argo-cd/v3/util/lua"
	"github.com/argoproj/gitops-engine/pkg/health"
	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	kstatus "sigs.k8s.io/cli-utils/pkg/kstatus/status"
	"sigs.k8s.io/yaml"
)

// verdict is what both think of one manifest.
type verdict struct {
	File    string               `json:"file"`
	ArgoCD  *health.HealthStatus `json:"argocd"`
	Kstatus health.HealthStatus  `json:"kstatus"`
}

func newJudgeCommand() *cobra.Command {
	return &cobra.Command{
		Use: "judge HEALTH_LUA MANIFEST...",
		Short: "Print, as JSON, what Argo CD's interpreter makes of each manifest by this script," +
			" and the status that kstatus computes, which Flux goes by",
		Args: cobra.MinimumNArgs(2),
		RunE: func(command *cobra.Command, args []string) error {
			script, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			verdicts := []verdict{}
			for _, file := range args[1:] {
				one, err := judge(string(script), file)
				if err != nil {
					return err
				}
				verdicts = append(verdicts, one)
			}
			return json.NewEncoder(command.OutOrStdout()).Encode(verdicts)
		},
	}
}

func judge(script, file string) (verdict, error) {
	manifest, err := os.ReadFile(file)
	if err != nil {
		return verdict{}, err
	}
	object := &unstructured.Unstructured{}
	if err := yaml.Unmarshal(manifest, object); err != nil {
		return verdict{}, err
	}
	// As in production: without Lua's standard libraries, which a script then may not lean on.
	argocd, err := lua.VM{}.ExecuteHealthLua(object, script)
	if err != nil {
		return verdict{}, err
	}
	flux, err := kstatus.Compute(object)
	if err != nil {
		return verdict{}, err
	}
	return verdict{
		File:   file,
		ArgoCD: argocd,
		Kstatus: health.HealthStatus{
			Status:  health.HealthStatusCode(flux.Status),
			Message: flux.Message,
		},
	}, nil
}
