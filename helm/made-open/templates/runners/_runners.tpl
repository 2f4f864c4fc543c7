{{- define "made-open.runnerAccount" -}}
{{ include "made-open.fullname" . }}-runner
{{- end }}

{{/* Apart from the secrets of services: a manager that was taken over cannot mount what is not there. */}}
{{- define "made-open.runnerNamespace" -}}
{{- $namespace := default (printf "%s-runners" .Release.Namespace) .Values.runner.namespace -}}
{{- if eq $namespace .Release.Namespace }}
{{- fail "runner.namespace: it must be another one than the release's, which holds the secrets of services" }}
{{- end }}
{{- $namespace }}
{{- end }}

{{- define "made-open.bootstrapSecret" -}}
{{ include "made-open.fullname" . }}-runner-bootstrap
{{- end }}

{{/* As pods of another namespace reach it. */}}
{{- define "made-open.natsUrlFromRunners" -}}
{{- default (printf "nats://%s-nats.%s.svc:4222" (include "made-open.fullname" .) .Release.Namespace) .Values.nats.url }}
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
  "namespace" (include "made-open.runnerNamespace" .)
  "installation" $fullname
  "image" (include "made-open.image" (list $ "plugin-runner"))
  "pullPolicy" .Values.image.pullPolicy
  "pullSecrets" .Values.image.pullSecrets
  "serviceAccount" (include "made-open.runnerAccount" .)
  "bootstrapSecret" (include "made-open.bootstrapSecret" .)
  "owner" (include "made-open.runnerAccount" .)
  "natsUrl" (include "made-open.natsUrlFromRunners" .)
  "cpuRequest" $runner.cpuRequest
  "maxMemoryMb" (int $runner.maxMemoryMb)
  "terminationSeconds" (int $runner.terminationGracePeriodSeconds)
  "hostUsers" $runner.hostUsers
  "nodeSelector" $runner.nodeSelector
  "tolerations" $runner.tolerations -}}
{{- with include "made-open.natsAuthority" . | fromYaml }}
  {{- if .name }}
    {{- $_ := set $pods "natsAuthority" (dict "name" $pods.bootstrapSecret "key" "nats-ca.crt") -}}
  {{- end -}}
{{- end -}}
{{- with $runner.cpuLimit }}{{ $_ := set $pods "cpuLimit" . }}{{ end -}}
{{- with $runner.runtimeClassName }}{{ $_ := set $pods "runtimeClass" . }}{{ end -}}
{{- with $runner.priorityClassName }}{{ $_ := set $pods "priorityClass" . }}{{ end -}}
{{- toJson $pods }}
{{- end }}
