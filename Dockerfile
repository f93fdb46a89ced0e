# The command with the model that ships, for `compose.yaml`; docs/serving.md says how to use both.
FROM python:3.13-slim AS build
WORKDIR /source
COPY . .
RUN python -m venv /opt/photoseek \
    && /opt/photoseek/bin/pip install --no-cache-dir --constraint constraints.txt .

FROM python:3.13-slim
RUN useradd --uid 1000 --create-home photoseek \
    && install --directory --owner=photoseek --group=photoseek --mode=700 /library
COPY --from=build /opt/photoseek /opt/photoseek
ENV PATH=/opt/photoseek/bin:$PATH \
    PHOTOSEEK_LIBRARY=/library \
    PYTHONDONTWRITEBYTECODE=1
USER 1000:1000
VOLUME /library
EXPOSE 8765
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8765/api/v1/health', timeout=5)"]
ENTRYPOINT ["photoseek"]
CMD ["serve"]
