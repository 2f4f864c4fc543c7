{{/* Name servers, and nothing else at their port, as a rule of a NetworkPolicy. */}}
{{- define "made-open.toNames" -}}
- to: {{- toYaml .Values.networkPolicy.dns.at | nindent 4 }}
  ports:
    {{- range .Values.networkPolicy.dns.ports }}
    - { port: {{ . }}, protocol: UDP }
    - { port: {{ . }}, protocol: TCP }
    {{- end }}
{{- end }}

{{/* http://host:port of the proxy into the world; nothing where there is none. */}}
{{- define "made-open.egressProxyUrl" -}}
{{- if .Values.egressProxy.enabled }}
{{- default (printf "http://%s-egress-proxy.%s.svc:3128" (include "made-open.fullname" .) .Release.Namespace) .Values.egressProxy.url }}
{{- end }}
{{- end }}

{{/* The way into the world, as rules of a NetworkPolicy: by the proxy alone where there is one. */}}
{{- define "made-open.outward" -}}
{{- $fullname := include "made-open.fullname" . -}}
{{- if not .Values.egressProxy.enabled }}
- to: {{- include "made-open.world" . | nindent 4 }}
{{- else if .Values.egressProxy.url }}
- to: {{- toYaml .Values.egressProxy.at | nindent 4 }}
{{- else }}
- to:
    - namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: {{ .Release.Namespace }} } }
      podSelector:
        matchLabels: {{- include "made-open.selector" (list $ "egress-proxy") | nindent 10 }}
  ports: [{ port: proxy }]
{{- end }}
{{- end }}

{{/* The world without the networks inside, as peers of a NetworkPolicy. */}}
{{- define "made-open.world" -}}
{{- $v4 := list -}}
{{- $v6 := list -}}
{{- range .Values.networkPolicy.privateRanges }}
  {{- if contains ":" . }}{{ $v6 = append $v6 . }}{{ else }}{{ $v4 = append $v4 . }}{{ end -}}
{{- end -}}
- ipBlock: { cidr: 0.0.0.0/0, except: {{ toJson $v4 }} }
- ipBlock: { cidr: '::/0', except: {{ toJson $v6 }} }
{{- end }}
