from django.apps import AppConfig


class FactcheckConfig(AppConfig):
    name = "factcheck"
