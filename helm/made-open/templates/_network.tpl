{{/* Name servers, and nothing else at their port, as a rule of a NetworkPolicy. */}}
{{- define "made-open.toNames" -}}
- to: {{- toYaml .Values.networkPolicy.dns.at | nindent 4 }}
  ports:
    {{- range .Values.networkPolicy.dns.ports }}
    - { port: {{ . }}, protocol: UDP }
    - { port: {{ . }}, protocol: TCP }
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
