{{- define "made-open.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* Short enough to leave room for what is appended, which has 20 characters at most. */}}
{{- define "made-open.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if contains .Chart.Name .Release.Name }}
{{- .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "made-open.name" .) | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{/* Labels that tell the pods of this release and component: (list $ component) */}}
{{- define "made-open.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ include "made-open.name" $root }}
app.kubernetes.io/instance: {{ include "made-open.fullname" $root }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{- define "made-open.labels" -}}
{{- $root := index . 0 -}}
{{ include "made-open.selector" . }}
app.kubernetes.io/part-of: made-open
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | quote }}
{{- end }}

{{/* Reference of an image: (list $ name) */}}
{{- define "made-open.image" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $digest := index $root.Values.image.digests $name -}}
{{- if $digest -}}
{{ printf "%s/%s@%s" $root.Values.image.registry $name $digest }}
{{- else -}}
{{ printf "%s/%s:%s" $root.Values.image.registry $name (default $root.Chart.AppVersion $root.Values.image.tag) }}
{{- end }}
{{- end }}

{{- define "made-open.natsUrl" -}}
{{- default (printf "nats://%s-nats:4222" (include "made-open.fullname" .)) .Values.nats.url }}
{{- end }}

{{/* Bytes of a quantity: 10Gi */}}
{{- define "made-open.bytes" -}}
{{- $units := dict "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776 -}}
{{- mulf (regexFind "^[0-9.]+" . | float64) (index $units (regexFind "[KMGT]i$" .)) | floor | int64 }}
{{- end }}

{{/* Secret and key of the authority that signed the certificates of NATS; nothing where there are none. */}}
{{- define "made-open.natsAuthority" -}}
{{- $tls := .Values.nats.tls -}}
{{- if $tls.caSecret.name -}}
name: {{ $tls.caSecret.name }}
key: {{ $tls.caSecret.key }}
{{- else if and (not .Values.nats.url) $tls.serverSecret -}}
name: {{ $tls.serverSecret }}
key: ca.crt
{{- end }}
{{- end }}

{{/* Authorities that clients of NATS and PostgreSQL trust, as sources of a projected volume. */}}
{{- define "made-open.authoritySources" -}}
{{- with include "made-open.natsAuthority" . | fromYaml }}
{{- if .name }}
- secret: { name: {{ .name }}, items: [{ key: {{ .key }}, path: nats-ca.crt }] }
{{- end }}
{{- end }}
{{- with .Values.postgres.caSecret }}
{{- if .name }}
- secret: { name: {{ .name }}, items: [{ key: {{ .key }}, path: postgres-ca.crt }] }
{{- end }}
{{- end }}
{{- end }}

{{/* URL of a role: (list $ role) */}}
{{- define "made-open.databaseUrl" -}}
{{- $root := index . 0 -}}
{{- $postgres := $root.Values.postgres -}}
{{- $host := default (printf "%s-postgres" (include "made-open.fullname" $root)) $postgres.host -}}
{{- $parameters := list -}}
{{- with $postgres.parameters }}{{ $parameters = append $parameters . }}{{ end -}}
{{- if $postgres.caSecret.name }}{{ $parameters = append $parameters "sslmode=verify-full&sslrootcert=/run/secrets/made-open/postgres-ca.crt" }}{{ end -}}
postgres://{{ index . 1 }}@{{ $host }}:{{ $postgres.port }}/{{ $postgres.database }}{{ with $parameters }}?{{ join "&" . }}{{ end }}
{{- end }}

{{/* Secret and key of the administrator's password. */}}
{{- define "made-open.administratorSecret" -}}
{{- $given := .Values.postgres.administrator.passwordSecret -}}
name: {{ default (printf "%s-postgres" (include "made-open.fullname" .)) $given.name }}
key: {{ if $given.name }}{{ $given.key }}{{ else }}password{{ end }}
{{- end }}

{{/* What the values say of a service, over the defaults: (list $ name), as JSON. */}}
{{- define "made-open.settings" -}}
{{- $root := index . 0 -}}
{{- $own := default dict (index $root.Values.services (index . 1)) -}}
{{- mustMergeOverwrite (deepCopy $root.Values.defaults) (deepCopy $own) | toJson }}
{{- end }}
