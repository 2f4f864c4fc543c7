{{- define "made-open.runnerAccount" -}}
{{ include "made-open.fullname" . }}-runner
{{- end }}

{{- define "made-open.managerAccount" -}}
{{ include "made-open.fullname" . }}-plugin-manager
{{- end }}

{{/* Labels of the pods that plugin-manager makes for this release. */}}
{{- define "made-open.runnerSelector" -}}
made-open.io/installation: {{ include "made-open.fullname" . }}
app.kubernetes.io/component: plugin-runner
{{- end }}

{{/* How plugin-manager makes pods of runners, as JSON. */}}
{{- define "made-open.runnerPods" -}}
{{- $fullname := include "made-open.fullname" . -}}
{{- $runner := .Values.runner -}}
{{- $pods := dict
  "namespace" .Release.Namespace
  "installation" $fullname
  "image" (include "made-open.image" (list $ "plugin-runner"))
  "pullPolicy" .Values.image.pullPolicy
  "pullSecrets" .Values.image.pullSecrets
  "serviceAccount" (include "made-open.runnerAccount" .)
  "bootstrapSecret" (printf "%s-runner-bootstrap" $fullname)
  "owner" (printf "%s-plugin-manager" $fullname)
  "natsUrl" (include "made-open.natsUrl" .)
  "cpuRequest" $runner.cpuRequest
  "maxMemoryMb" (int $runner.maxMemoryMb)
  "terminationSeconds" (int $runner.terminationGracePeriodSeconds)
  "hostUsers" $runner.hostUsers
  "nodeSelector" $runner.nodeSelector
  "tolerations" $runner.tolerations -}}
{{- with include "made-open.natsAuthority" . | fromYaml }}
  {{- if .name }}{{ $_ := set $pods "natsAuthority" (dict "name" .name "key" .key) }}{{ end -}}
{{- end -}}
{{- with $runner.cpuLimit }}{{ $_ := set $pods "cpuLimit" . }}{{ end -}}
{{- with $runner.runtimeClassName }}{{ $_ := set $pods "runtimeClass" . }}{{ end -}}
{{- with $runner.priorityClassName }}{{ $_ := set $pods "priorityClass" . }}{{ end -}}
{{- toJson $pods }}
{{- end }}
