{{/* No pod of the platform is root, writes to its image, or may do more than a plain process. */}}
{{- define "made-open.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "made-open.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{- define "made-open.pullSecrets" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end }}

{{/* A list of variables of a map, in order. */}}
{{- define "made-open.environment" -}}
{{- range $name, $value := . }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}

{{/* Variables that only some services read: (list $ name) */}}
{{- define "made-open.ownEnvironment" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $values := $root.Values -}}
{{- $secrets := "/run/secrets/made-open" -}}
{{- $environment := dict -}}
{{- if has $name (list "plugin-manager" "channel-gateway") }}
  {{- $_ := set $environment "BOOTSTRAP_KEY_HASH_FILE" (printf "%s/admin-key-hash" $secrets) -}}
  {{- $_ := set $environment "PLATFORM_PROFILE" $values.profile -}}
  {{- with $values.trustedProxies }}{{ $_ := set $environment "TRUSTED_PROXIES" (join "," .) }}{{ end -}}
  {{- $_ := set $environment "WALLET_SEALING_PUBLIC_KEY_FILE" (printf "%s/wallet-sealing.pub" $secrets) -}}
{{- end }}
{{- if has $name (list "plugin-manager" "channel-gateway" "connector-scheduler") }}
  {{- with $values.gateway.publicUrl }}{{ $_ := set $environment "PUBLIC_URL" (trimSuffix "/" .) }}{{ end -}}
{{- end }}
{{- if eq $name "plugin-manager" }}
  {{- $_ := set $environment "RUNNER_SIGNING_KEY_FILE" (printf "%s/runner-signing.seed" $secrets) -}}
  {{- $_ := set $environment "WALLET_SIGNING_PUBLIC_KEY_FILE" (printf "%s/wallet-signing.pub" $secrets) -}}
  {{- $_ := set $environment "RUNNER_IDENTITY_KEY_FILE" (printf "%s/runner-identity.key" $secrets) -}}
  {{- $_ := set $environment "FLEET_DRIVER" "kubernetes" -}}
  {{- $_ := set $environment "RUNNER_PODS" (include "made-open.runnerPods" $root) -}}
  {{- $_ := set $environment "PYTHON_RUNTIME_DIR" "/made-open/python-runtime" -}}
  {{- $_ := set $environment "RUNNER_IDLE_SECONDS" (int $values.runner.idleSeconds | toString) -}}
  {{- $_ := set $environment "BUILDER_ENABLED" ($values.builder.enabled | toString) -}}
  {{- with $values.oidc.issuer }}
    {{- $_ := set $environment "OIDC_ISSUER" . -}}
    {{- $_ := set $environment "OIDC_AUDIENCE" $values.oidc.audience -}}
    {{- $_ := set $environment "OIDC_SCOPE_CLAIM" $values.oidc.scopeClaim -}}
  {{- end }}
{{- end }}
{{- if eq $name "credential-wallet" }}
  {{- $_ := set $environment "KEK_FILE" (printf "%s/kek.json" $secrets) -}}
  {{- $_ := set $environment "WALLET_SIGNING_KEY_FILE" (printf "%s/signing.key" $secrets) -}}
  {{- $_ := set $environment "WALLET_SEALING_KEY_FILE" (printf "%s/sealing.key" $secrets) -}}
  {{- with $values.gateway.publicUrl }}
    {{- $_ := set $environment "OAUTH_REDIRECT_URL" (printf "%s/oauth/callback" (trimSuffix "/" .)) -}}
  {{- end }}
{{- end }}
{{- if has $name (list "plugin-manager" "credential-wallet" "rules") }}
  {{- with include "made-open.egressProxyUrl" $root }}{{ $_ := set $environment "EGRESS_PROXY_URL" . }}{{ end -}}
{{- end }}
{{- if and (has $name (list "plugin-manager" "credential-wallet" "rules")) $values.egressOverrides }}
  {{- $_ := set $environment "EGRESS_OVERRIDES_FILE" (printf "%s/egress-overrides.json" $secrets) -}}
{{- end }}
{{- if eq $name "search-indexer" }}
  {{- $_ := set $environment "SEARCH_ENGINE" $values.search.engine -}}
  {{- with $values.search.meilisearch.url }}
    {{- $_ := set $environment "MEILISEARCH_URL" . -}}
    {{- $_ := set $environment "MEILISEARCH_INDEX_PREFIX" $values.search.meilisearch.indexPrefix -}}
    {{- $_ := set $environment "MEILISEARCH_KEY_FILE" (printf "%s/meilisearch-key" $secrets) -}}
  {{- end }}
{{- end }}
{{- $environment | toJson }}
{{- end }}

{{/* Secrets that a service sees, as sources of one projected volume: (list $ name) */}}
{{- define "made-open.secretSources" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $fullname := include "made-open.fullname" $root -}}
- secret: { name: {{ $fullname }}-{{ $name }} }
{{- include "made-open.authoritySources" $root }}
{{- with $root.Values.trustedAuthorities }}
{{- if .name }}
- secret: { name: {{ .name }}, items: [{ key: {{ .key }}, path: trusted-ca.crt }] }
{{- end }}
{{- end }}
{{- if has $name (list "plugin-manager" "channel-gateway") }}
- secret:
    name: {{ $fullname }}-admin-key
    items: [{ key: hash, path: admin-key-hash }]
{{- end }}
{{- if and (has $name (list "plugin-manager" "credential-wallet" "rules")) $root.Values.egressOverrides }}
- configMap:
    name: {{ $fullname }}-egress-overrides
    items: [{ key: overrides.json, path: egress-overrides.json }]
{{- end }}
{{- if and (eq $name "search-indexer") $root.Values.search.meilisearch.url }}
- secret:
    name: {{ $root.Values.search.meilisearch.keySecret.name }}
    items: [{ key: {{ $root.Values.search.meilisearch.keySecret.key }}, path: meilisearch-key }]
{{- end }}
{{- end }}

{{/* Brings the schema of a service to this version, and ends: (list $ name) */}}
{{- define "made-open.migration" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
- name: migrate-{{ $name }}
  image: {{ include "made-open.image" (list $root $name) }}
  imagePullPolicy: {{ $root.Values.image.pullPolicy }}
  env:
    - { name: MIGRATE_ONLY, value: '1' }
    - { name: DATABASE_URL, value: {{ include "made-open.databaseUrl" (list $root ($name | replace "-" "_")) | quote }} }
    - { name: DATABASE_PASSWORD_FILE, value: /run/secrets/made-open/{{ $name }}/database-password }
  securityContext: {{- include "made-open.containerSecurity" $root | nindent 4 }}
  resources: {{- toYaml $root.Values.setup.resources | nindent 4 }}
  volumeMounts:
    - { name: secrets, mountPath: /run/secrets/made-open, readOnly: true }
{{- end }}
